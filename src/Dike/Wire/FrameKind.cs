namespace Dike.Wire;

/// <summary>Ordinals of frames. Never reused: a removed one stays as <c>Retired…</c>. From 64 on: between nodes.</summary>
internal enum FrameKind : ushort
{
    Hello = 1,
    Welcome = 2,
    Refused = 3,
    Call = 4,
    CallResult = 5,
    GetRoutes = 6,
    Routes = 7,
    CreateRing = 8,
    RingCreated = 9,
    CompareReplicas = 10,
    ReplicasCompared = 11,
    PeerMessages = 64,
    Heartbeat = 65,
    FoundingProbe = 66,
    FoundingAnswer = 67,
    ReadStateCheck = 68,
    StateCheck = 69,
}

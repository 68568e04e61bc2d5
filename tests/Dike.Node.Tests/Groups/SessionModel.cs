using Dike.Node.Groups;

namespace Dike.Node.Tests.Groups;

/// <summary>
/// The rules of sessions and of one ledger, as dumb as possible: lists that are searched from the front, nothing forgotten that need not be. What the model says of a
/// command is what the text of the design says; the product must agree with it in every history.
/// </summary>
internal sealed class SessionModel(long expiry)
{
    private readonly List<ModelSession> _sessions = [];
    private readonly List<long> _droppedStarts = [];
    private long _logTime;

    public long Value { get; private set; }

    public List<long> Tokens { get; } = [];

    public void BeginBatch(long time)
    {
        _logTime = Math.Max(_logTime, time);
        foreach (ModelSession session in _sessions.Where(session => _logTime - session.LastUsed > expiry).ToArray())
        {
            _sessions.Remove(session);
            _droppedStarts.Add(session.Start);
        }
    }

    /// <summary>What a command comes to: how it was admitted, and its result as text, or null if none is kept.</summary>
    public (Admission Admission, string? Result) Apply(CommandId id, ulong answeredUpTo, uint method, long n, long slot)
    {
        ModelSession? session = _sessions.Find(known => known.Start == id.SessionStart && known.Nonce == id.SessionNonce);
        if (session is null)
        {
            bool mayOpen = _droppedStarts.All(start => id.SessionStart > start) && id.SessionStart <= _logTime + TimeSpan.FromSeconds(60).Ticks;
            if (!mayOpen)
            {
                return (Admission.Expired, null);
            }

            _sessions.Add(session = new ModelSession(id.SessionStart, id.SessionNonce));
        }

        session.LastUsed = _logTime;
        session.Acknowledged = Math.Max(session.Acknowledged, answeredUpTo);
        if (id.Sequence <= session.Acknowledged)
        {
            return (Admission.AlreadyAnswered, null);
        }

        if (session.Results.TryGetValue(id.Sequence, out string? earlier))
        {
            return (Admission.Known, earlier);
        }

        string result = Run(method, n, slot);
        session.Results.Add(id.Sequence, result);
        return (Admission.Execute, result);
    }

    private string Run(uint method, long n, long slot)
    {
        switch (method)
        {
            case Ledger.Add:
                Value += n;
                return $"Done {slot}  {Value}";
            case Ledger.Append:
                Tokens.Add(n);
                return $"Done {slot}  {Tokens.Count}";
            case Ledger.Divide when n == 0:
                return $"Rejected {slot} division-by-zero ";
            case Ledger.Divide:
                Value /= n;
                return $"Done {slot}  {Value}";
            case Ledger.AddThenThrow:
                return $"Failed {slot} System.InvalidOperationException ";
            case Ledger.AddThenReject:
                return $"Rejected {slot} refused ";
            default:
                throw new ArgumentOutOfRangeException(nameof(method));
        }
    }

    private sealed class ModelSession(long start, ulong nonce)
    {
        public long Start { get; } = start;

        public ulong Nonce { get; } = nonce;

        public long LastUsed { get; set; }

        public ulong Acknowledged { get; set; }

        public Dictionary<ulong, string> Results { get; } = [];
    }
}

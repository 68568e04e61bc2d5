using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Dike.Client;
using Dike.Wire;

namespace Dike;

/// <summary>
/// The only place that words exceptions of the client and the transport. Every message says what failed and where, what became of the command,
/// and what to do. Of a key it shows the beginning only: messages end up in logs, and keys may be personal.
/// </summary>
internal static class Fail
{
    private const int ShownKeyCharacters = 16;

    // Nodes do not say yet how long; a few batches later there is room again in practice.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(100);

    public static DikeConfigurationException BadAddress(string address) => new(
        $"'{address}' is not an address. Give host:port, for example 127.0.0.1:7400, dike-0.dike:7400 or [::1]:7400, with a port of 0 to 65535.",
        CommandId.None);

    public static DikeConfigurationException BadOption(string option, object value, string fix) => new(
        string.Create(CultureInfo.InvariantCulture, $"The client option {option} is {value}: {fix}."), CommandId.None);

    public static DikeConfigurationException CannotListen(string address, SocketException cause)
    {
        string fix = cause.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => "Another process listens there: stop it, or configure another port (port 0 takes a free one).",
            SocketError.AddressNotAvailable => "The address is not one of this machine: configure one that is, or 0.0.0.0 for all.",
            SocketError.AccessDenied => "The process may not use that port: configure one of 1024 or more.",
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "The name is unknown here: configure an address, or a name that resolves.",
            _ => "Configure another address.",
        };
        return new($"Cannot listen at {address}: {cause.Message}. {fix} Nothing was started.", CommandId.None, inner: cause);
    }

    public static ArgumentException BadKey(string reason, string parameter) => new(reason, parameter);

    public static ArgumentException BadCommandId(CommandId id, string parameter) => new(
        $"{id} is not an id under which a command can be sent: take one from a DikeException, or make one with a start of 0 or more "
        + "and a sequence of 1 or more.",
        parameter);

    public static ArgumentException? IfTooLarge(Call call, int maxFrameBytes, string parameter)
    {
        long names = Encoding.UTF8.GetByteCount(call.Machine) + Encoding.UTF8.GetByteCount(call.Key);
        long bytes = FrameHeader.Size + Call.FixedBodyBytes + names + call.Arguments.Length;
        return bytes <= maxFrameBytes
            ? null
            : new ArgumentException(
                $"The arguments of {call.Machine} take {call.Arguments.Length} bytes; with them the frame would take {bytes}, and at most {maxFrameBytes} are allowed. "
                + "Nothing was sent. Pass less per call, or raise MaxFrameBytes of client and nodes.",
                parameter);
    }

    public static DikeOverloadedException TooManyInFlight(int limit) => new(
        $"{limit} calls of this client are in flight, which is its limit. The call was not sent. Await answers before sending more, or raise MaxInFlight.",
        CommandId.None,
        RetryAfter);

    public static DikeOverloadedException NodeOverloaded(PendingCall call, string message, NodeLink link) => new(
        $"{Name(call)} was refused by node '{link.NodeName}', a limit on work in flight is reached{Detail(message)}. {Words(Outcome.NotApplied)} "
        + $"Try again after {RetryAfter.TotalMilliseconds} ms.",
        call.CommandId,
        RetryAfter);

    public static CommandRejectedException Rejected(PendingCall call, string code, string message) =>
        new(code, message.Length == 0 ? null : message, call.CommandId);

    public static CommandFailedException Failed(PendingCall call, string type, string message, long slot) => new(type, message, slot, call.CommandId);

    public static ReplyFailedException ReplyLost(PendingCall call, CallStatus status, Outcome outcome, string message) => new(
        status == CallStatus.AlreadyAnswered
            ? $"{Name(call)} was decided and answered before, and its result is no longer kept. It was not applied again. Read the state to see what it did."
            : $"{Name(call)} was applied, but its reply is lost{Detail(message)}. Do not send it again under a new id; read the state to see what it did.",
        call.CommandId,
        status == CallStatus.AlreadyAnswered ? outcome : Outcome.Applied);

    public static ContractMismatchException Mismatch(PendingCall call, Outcome outcome, string message, NodeLink link) => new(
        $"{Name(call)} does not fit the machine on node '{link.NodeName}'{Detail(message)}. {Words(outcome)} "
        + "Build caller and nodes from the same version of the machine.",
        call.CommandId,
        outcome);

    public static ContractMismatchException RingOfOtherMachine(RingRoute ring, string machine) => new(
        $"The ring '{ring.Name}' holds machines '{ring.Machine}', the call is for '{machine}'. Nothing was sent. "
        + "Set DikeCallOptions.Ring to a ring of that machine.",
        CommandId.None);

    public static DikeNotFoundException NoRing(string ring, string machine, string clusterName) => new(
        $"There is no ring '{ring}'{(clusterName.Length > 0 ? $" in the cluster '{clusterName}'" : "")}. Nothing was sent. "
        + $"Create it with Admin.CreateRingAsync(\"{machine}\", ...), or set DikeCallOptions.Ring.",
        CommandId.None);

    public static DikeNotFoundException NoPartition(RingRoute ring, int partition) => new(
        $"The ring '{ring.Name}' has the partitions 0 to {ring.Partitions.Length - 1}, not {partition}. Nothing was sent.", CommandId.None);

    public static DikeUnavailableException NoLeaders(string ring, RingRoute? route, TimeSpan waited)
    {
        string missing = route is null
            ? "the ring is not in the routing table yet"
            : $"partitions without a leader: {string.Join(", ", Enumerable.Range(0, route.Partitions.Length).Where(at => route.Partitions[at].Leader is null))}";
        string seconds = waited.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        return new(
            $"The ring '{ring}' was created, but after {seconds} s {missing}. See that a majority of each partition's members runs; "
            + "creating the ring again is harmless.",
            CommandId.None,
            Outcome.Applied);
    }

    public static SessionExpiredException SessionExpired(PendingCall call)
    {
        Outcome outcome = call.Session is null ? Outcome.Unknown : call.OutcomeIfNotNow;
        return new(
            $"{Name(call)}: the group no longer keeps its session. {Words(outcome)} It was not executed a second time. "
            + "Read the state before sending it under a new id.",
            call.CommandId,
            outcome);
    }

    public static DikeTimeoutException TimedOut(PendingCall call)
    {
        Outcome outcome = call.OutcomeIfNotNow;
        string advice = call.Request switch
        {
            KeyedRequest { Method.IsQuery: false } => $"{Words(outcome)} A retry is safe under the same id: DikeCallOptions.CommandId = {call.CommandId}.",
            CreateRingRequest => $"{Words(outcome)} Creating it again is harmless.",
            _ => "Nothing was changed by it; ask again.",
        };
        return new($"{Name(call)} was not answered within {Seconds(call)} (attempts: {call.Attempts}{Notes(call)}). {advice}", call.CommandId, outcome);
    }

    /// <summary>Why a node's greeting is not acceptable, for the log and for the message of a call that fails in the end.</summary>
    public static string OtherCluster(Welcome welcome, string clusterName, Guid clusterId, string witness)
    {
        string name = clusterName.Length > 0 ? $"'{clusterName}' " : "";
        return $"node '{welcome.NodeName}' belongs to cluster {welcome.ClusterId}, this client speaks to cluster {name}{clusterId} ({witness})";
    }

    /// <summary>Every attempt was certainly not applied: names each member, or each endpoint while no member is known, and what is known of it.</summary>
    public static DikeException Unavailable(PendingCall call, ClientSettings settings, IReadOnlyList<string> members, LinkTable links, RouteCache routes)
    {
        NodeLink[] endpoints = [.. settings.Endpoints.Select(links.At)];
        if (members.Count == 0 && endpoints.All(link => link.IsRefused))
        {
            return new DikeConfigurationException(
                $"Every node refused this client: {Join(endpoints.Select(Describe))}. Nothing was sent. "
                + "Correct the endpoints or the client option ClusterName.",
                call.CommandId);
        }

        string what = members.Count == 0
            ? $"no node could serve it: {Join(endpoints.Select(Describe).Concat(call.Notes.Select(note => $"{note.Key}: {note.Value}")))}"
            : $"no member of its group could: {Join(members.Select(DescribeMember))}";
        return new DikeUnavailableException(
            $"{Name(call)} could not be served within {Seconds(call)}, {what.TrimEnd('.')}. {Words(Outcome.NotApplied)} "
            + "Bring up nodes until a majority of the members is reachable, then call again.",
            call.CommandId);

        static string Describe(NodeLink link) => $"{link.Address}: {link.Describe()}";

        string DescribeMember(string member)
        {
            NodeLink? link = links.ReadyTo(member) ?? (routes.AddressOf(member) is string address ? links.At(address) : null);
            string known = call.Notes.GetValueOrDefault(member) ?? link?.Describe() ?? "its address is not known";
            return $"{member}: {known}";
        }
    }

    public static DikeCanceledException Canceled(PendingCall call, CancellationToken cancellationToken) =>
        new(call.CommandId, call.OutcomeIfNotNow, cancellationToken);

    public static string CanceledMessage(CommandId commandId, Outcome outcome) => commandId == CommandId.None || outcome != Outcome.Unknown
        ? $"The caller stopped waiting. {Words(outcome)}"
        : $"The caller stopped waiting. {Words(outcome)} A retry is safe under the same id: DikeCallOptions.CommandId = {commandId}.";

    public static ContractMismatchException BadValue(MethodContract method, CommandId commandId, Outcome outcome, Exception cause) => new(
        $"The answer of {method.Name} cannot be read as {method.Signature}: {cause.Message} {Words(outcome)} "
        + "Build caller and nodes from the same version of the machine.",
        commandId,
        outcome,
        cause);

    /// <summary>What became of a command, as a sentence.</summary>
    public static string Words(Outcome outcome) => outcome switch
    {
        Outcome.NotApplied => "It was not applied and never will be.",
        Outcome.Refused => "It was decided and refused, the state is unchanged.",
        Outcome.Applied => "It was applied.",
        Outcome.Unknown => "It may have been applied, or may still be.",
    };

    /// <summary>The beginning of a key.</summary>
    public static string ShortKey(string key)
    {
        int shown = Math.Min(key.Length, ShownKeyCharacters);
        shown -= shown < key.Length && char.IsHighSurrogate(key[shown - 1]) ? 1 : 0;
        return shown == key.Length ? key : $"{key[..shown]}…";
    }

    private static string Name(PendingCall call) => call.Request switch
    {
        KeyedRequest keyed =>
            $"{(keyed.Method.IsQuery ? "Query" : "Command")} {keyed.Machine}.{keyed.Method.Name} of key '{ShortKey(keyed.Key)}' in ring '{keyed.Ring}'",
        CreateRingRequest ring => $"Creating ring '{ring.Name}'",
        CompareRequest compare => $"Comparing the replicas of ring '{compare.Ring}', partition {compare.Partition},",
        _ => "Reading the routing table",
    };

    private static string Seconds(PendingCall call) => string.Create(CultureInfo.InvariantCulture, $"{call.Request.Timeout.TotalSeconds:0.###} s");

    private static string Notes(PendingCall call) =>
        call.Notes.Count == 0 ? "" : "; " + Join(call.Notes.Select(note => $"{note.Key}: {note.Value}"));

    private static string Detail(string message) => message.Length == 0 ? "" : $" ({message.TrimEnd('.')})";

    private static string Join(IEnumerable<string> parts) => string.Join("; ", parts);
}

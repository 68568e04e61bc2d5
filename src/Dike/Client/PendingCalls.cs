using Dike.Wire;

namespace Dike.Client;

/// <summary>The callers that wait: one task per call id. Used under the lock of <see cref="ClientShell"/>.</summary>
internal sealed class PendingCalls
{
    private readonly Dictionary<long, TaskCompletionSource<Frame>> _waiting = [];
    private long _lastId;

    public (long Id, Task<Frame> Answer) Add()
    {
        // Continuations must not run inside the lock, on the reading task of a connection.
        var source = new TaskCompletionSource<Frame>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Add(++_lastId, source);
        return (_lastId, source.Task);
    }

    public void Complete(long id, Frame? reply, Exception? error)
    {
        WireFormat.Require((reply is null) != (error is null));
        bool isKnown = _waiting.Remove(id, out TaskCompletionSource<Frame>? source);
        WireFormat.Require(isKnown);
        if (error is null)
        {
            source!.SetResult(reply!);
        }
        else
        {
            source!.SetException(error);
        }
    }
}

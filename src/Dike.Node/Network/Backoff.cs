namespace Dike.Node.Network;

/// <summary>The pause between attempts: doubles from 25 ms to a longest one, with up to half of it at random, so that nodes that lost each other together do not return together.</summary>
internal sealed class Backoff(int longestMs)
{
    private const int FirstMs = 25;

    private int _pauseMs = FirstMs;

    /// <summary>Waits; ends early, without an exception, when cancelled.</summary>
    public async Task WaitAsync(bool wasLinked, CancellationToken cancellationToken)
    {
        _pauseMs = wasLinked ? FirstMs : Math.Min(longestMs, _pauseMs * 2);
        int jitterMs = Random.Shared.Next(_pauseMs / 2);
        await Task.Delay(_pauseMs + jitterMs, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}

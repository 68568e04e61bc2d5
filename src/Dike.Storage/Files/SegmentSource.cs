using Dike.Paxos;

namespace Dike.Storage.Files;

/// <summary>
/// Has the next segment ready before the current one is full: filling it takes many writes, which no command should wait for. The journal thread owns it;
/// the one task that it starts touches nothing but <see cref="JournalFiles"/>, which nobody else touches meanwhile.
/// </summary>
/// <param name="files">Makes the segments.</param>
/// <param name="prepared">Segments behind the current one that were prepared before, in order.</param>
/// <param name="segmentBytes">The length of a new one.</param>
internal sealed class SegmentSource(JournalFiles files, IEnumerable<Segment> prepared, int segmentBytes)
{
    private readonly Queue<Segment> _prepared = new(prepared);
    private Task<Segment>? _preparing;

    /// <summary>Starts to prepare a segment if there is none.</summary>
    public void Prepare()
    {
        if (_prepared.Count == 0 && _preparing is null)
        {
            _preparing = Task.Run(() => files.AddSegment(segmentBytes));
        }
    }

    /// <summary>Gives the next segment that has room for so many blocks besides its header. Waits for it to be made if need be.</summary>
    /// <exception cref="IOException">It could not be made.</exception>
    public Segment Next(int blocks)
    {
        while (_prepared.Count > 0 || _preparing is not null)
        {
            Segment next = TakePrepared();
            if (next.Blocks > blocks)
            {
                return next;
            }

            // Too small for one large record: it stays empty, and recovery passes it over.
        }

        long needed = (blocks + 1L) * BlockFormat.BlockBytes;
        return files.AddSegment(Math.Max(segmentBytes, needed));
    }

    /// <summary>Waits until no task is at work.</summary>
    /// <returns>Why the last segment could not be made, or null.</returns>
    public async Task<Exception?> CompleteAsync()
    {
        try
        {
            if (_preparing is not null)
            {
                await _preparing.ConfigureAwait(false);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e;
        }
    }

    private Segment TakePrepared()
    {
        if (_prepared.TryDequeue(out Segment? next))
        {
            return next;
        }

        Invariant.Require(_preparing is not null);
        next = _preparing.GetAwaiter().GetResult();
        _preparing = null;
        return next;
    }
}

namespace ArithmeticSample;

/// <summary>
/// Standard input, line by line, as bytes: whether they are UTF-8 is judged line by line, as in a script, so one bad line spoils no other.
/// A line is given as soon as its end has come. Used by one reader.
/// </summary>
internal sealed class InputLines(Stream input)
{
    private const int ChunkBytes = 4096;

    private readonly List<byte> _pending = [];
    private readonly byte[] _chunk = new byte[ChunkBytes];
    private int _searched;
    private bool _isEnded;

    /// <summary>The next line without its <c>\n</c>, or null at the end of the input.</summary>
    /// <exception cref="OperationCanceledException">Canceled. Nothing can be read afterwards: the read that was under way may still take bytes.</exception>
    public async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            int end = _pending.IndexOf((byte)'\n', _searched);
            if (end >= 0)
            {
                return Take(end, separatorBytes: 1);
            }

            _searched = _pending.Count;
            if (_isEnded)
            {
                return _pending.Count == 0 ? null : Take(_pending.Count, separatorBytes: 0);
            }

            // The console's stream does not notice a cancellation: the wait is given up, not the read.
            int count = await input.ReadAsync(_chunk, cancellationToken).AsTask().WaitAsync(cancellationToken);
            _isEnded = count == 0;
            _pending.AddRange(_chunk.AsSpan(0, count));
        }
    }

    private byte[] Take(int bytes, int separatorBytes)
    {
        byte[] line = [.. _pending.GetRange(0, bytes)];
        _pending.RemoveRange(0, bytes + separatorBytes);
        _searched = 0;
        return line;
    }
}

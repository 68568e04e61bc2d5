using System.Globalization;
using System.Security.Cryptography;
using Dike.Paxos;

namespace Dike.Storage.Files;

/// <summary>
/// The journal's directory: finds and checks the segments, makes new ones. A segment is filled with zeros to its full length and synced before it gets its name,
/// because overwriting is much cheaper than growing and a write into it then needs no change of the file's metadata. Used by the opener, then by one preparing task at a time.
/// </summary>
internal sealed class JournalFiles
{
    private const string DirectoryName = "journal";
    private const string Suffix = ".segment";
    private const string NewSuffix = ".new";
    private const int FillBytes = 1024 * 1024;
    private readonly DataDirectory _directory;
    private readonly StoreIdentity _identity;
    private readonly string _path;
    private JournalManifest _manifest;

    private JournalFiles(DataDirectory directory, StoreIdentity identity, JournalManifest manifest, IReadOnlyList<Segment> segments)
    {
        _directory = directory;
        _identity = identity;
        _path = Path.Combine(directory.Location, DirectoryName);
        _manifest = manifest;
        Segments = segments;
    }

    /// <summary>The segments that were there, or made, when the journal was opened; in order.</summary>
    public IReadOnlyList<Segment> Segments { get; }

    /// <summary>The journal's directory.</summary>
    public string Location => _path;

    public ulong JournalId => _manifest.JournalId;

    public IFileSystem Files => _directory.Files;

    /// <summary>Finds the journal, or makes one where there is none. Changes nothing before everything that is there has been checked.</summary>
    public static JournalFiles Open(DataDirectory directory, StoreIdentity identity, int segmentBytes)
    {
        string path = Path.Combine(directory.Location, DirectoryName);
        directory.Files.CreateDirectory(path);
        List<Segment> segments =
            [.. Numbers(directory.Files, path).Select(number => ReadSegment(directory.Files, SegmentPath(path, number), number, identity))];
        JournalManifest? manifest = JournalManifest.Read(directory);
        if (manifest is not null)
        {
            CheckComplete(path, segments, manifest);

            // A crash between naming a segment and noting it leaves one more than the manifest knows. It may be in use from now on: its number is taken.
            return new JournalFiles(directory, identity, manifest with { Last = segments[^1].Header.Number }, segments);
        }

        // The first segment gets its name before the manifest is written: a crash between the two leaves exactly one segment without a block.
        if (segments.Count > 0 && !(segments.Count == 1 && segments[0].Header.Number == 1 && IsUnwritten(directory.Files, segments[0])))
        {
            throw new LogDamagedException(
                $"The journal '{path}' has segments, but the document '{JournalManifest.DocumentName}' that names them is missing. " +
                "Restore the whole data directory. Nothing was changed.",
                path,
                0);
        }

        ulong journalId = segments.Count > 0 ? segments[0].Header.JournalId : BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        JournalFiles made = new(directory, identity, new JournalManifest(journalId, 1, 1), segments);
        Segment first = segments.Count > 0 ? segments[0] : made.MakeSegment(1, segmentBytes);
        made._manifest.Write(directory);
        return new JournalFiles(directory, identity, made._manifest, [first]);
    }

    /// <summary>Makes the next segment: durable, named, and noted in the manifest when this returns.</summary>
    public Segment AddSegment(long bytes)
    {
        Segment segment = MakeSegment(_manifest.Last + 1, bytes);
        _manifest = _manifest with { Last = segment.Header.Number };
        _manifest.Write(_directory);
        return segment;
    }

    private static string SegmentPath(string path, long number) =>
        Path.Combine(path, number.ToString("D10", CultureInfo.InvariantCulture) + Suffix);

    private static IEnumerable<long> Numbers(IFileSystem files, string path) =>
        files.FileNames(path)
            .Where(name => name.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(name => long.TryParse(name[..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out long number)
                ? number
                : throw new LogDamagedException($"'{Path.Combine(path, name)}' is no segment of a journal. Move it away.", Path.Combine(path, name), 0))
            .Order();

    private static Segment ReadSegment(IFileSystem files, string path, long number, StoreIdentity identity)
    {
        using IStorageFile file = files.Open(path, writable: false);
        byte[] block = new byte[BlockFormat.BlockBytes];
        SegmentHeader? header = SegmentHeader.Read(block.AsSpan(0, file.Read(block, 0)), out string? fault);
        if (header is null)
        {
            throw new LogDamagedException($"The journal's file '{path}' cannot be used: {fault}. Nothing was changed.", path, 0);
        }

        if (header.Owner != identity)
        {
            throw new LogDamagedException(
                $"The journal's file '{path}' belongs to {Describe(header.Owner)}, but this is {Describe(identity)}. " +
                "Give this node its own data directory. Nothing was changed.",
                path,
                0);
        }

        if (header.Number != number)
        {
            throw new LogDamagedException(
                $"The journal's file '{path}' says that it is segment {header.Number}. Undo the renaming. Nothing was changed.", path, 0);
        }

        if (file.Length != header.Bytes || header.Bytes % BlockFormat.BlockBytes != 0)
        {
            throw new LogDamagedException(
                $"The journal's file '{path}' has {file.Length} bytes, expected {header.Bytes}: it was cut or extended. Restore it. Nothing was changed.",
                path,
                file.Length);
        }

        return new Segment(path, header);
    }

    private static void CheckComplete(string path, List<Segment> segments, JournalManifest manifest)
    {
        foreach (Segment segment in segments)
        {
            if (segment.Header.JournalId != manifest.JournalId)
            {
                throw new LogDamagedException(
                    $"'{segment.Path}' belongs to journal {segment.Header.JournalId:x16}, this data directory has journal {manifest.JournalId:x16}. " +
                    "Restore the whole data directory. Nothing was changed.",
                    segment.Path,
                    0);
            }
        }

        HashSet<long> present = [.. segments.Select(segment => segment.Header.Number)];
        long last = Math.Max(manifest.Last, segments.Count == 0 ? 0 : segments[^1].Header.Number);
        for (long number = manifest.First; number <= last; number++)
        {
            if (!present.Contains(number))
            {
                string missing = SegmentPath(path, number);
                throw new LogDamagedException(
                    $"The journal's file '{missing}' is missing; the journal has segments {manifest.First} to {last}. Restore it. Nothing was changed.",
                    missing,
                    0);
            }
        }
    }

    private static bool IsUnwritten(IFileSystem files, Segment segment)
    {
        using IStorageFile file = files.Open(segment.Path, writable: false);
        byte[] bytes = new byte[segment.Header.Bytes - BlockFormat.BlockBytes];
        return file.Read(bytes, BlockFormat.BlockBytes) == bytes.Length && !bytes.AsSpan().ContainsAnyExcept((byte)0);
    }

    private static string Describe(StoreIdentity identity) =>
        $"node '{identity.NodeName}' (cluster {identity.ClusterId}, incarnation {identity.Incarnation:x16})";

    private Segment MakeSegment(long number, long bytes)
    {
        Invariant.Require(number >= 1 && bytes % BlockFormat.BlockBytes == 0);
        SegmentHeader header = new(_identity, JournalId, number, number, bytes);
        string path = SegmentPath(_path, number);
        Invariant.Require(!Files.Exists(path));
        string beside = path + NewSuffix;
        using AlignedBuffer fill = new(FillBytes);
        fill.Span.Clear();
        using (IStorageFile file = Files.Create(beside))
        {
            for (long offset = 0; offset < bytes; offset += FillBytes)
            {
                file.Write(fill.Span[..(int)Math.Min(FillBytes, bytes - offset)], offset);
            }

            header.Write(fill.Span[..BlockFormat.BlockBytes]);
            file.Write(fill.Span[..BlockFormat.BlockBytes], 0);
        }

        Files.Rename(beside, path);
        Files.SyncDirectory(_path);
        return new Segment(path, header);
    }
}

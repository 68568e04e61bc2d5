namespace Dike.Storage.Files;

/// <summary>Where recovery ended: the writer goes on exactly there.</summary>
/// <param name="Segment">The index of the segment in <see cref="JournalFiles.Segments"/>.</param>
/// <param name="Block">The block in it that is written next; one behind the last if the segment is full.</param>
/// <param name="NextLsn">The number of the next block.</param>
/// <param name="LastRun">The highest run of any block, left over or not; 0 in a new journal.</param>
/// <param name="LastPosition">The position of the last record that was given back.</param>
/// <param name="HighestPosition">The highest position that any block names, of cut ones too.</param>
/// <param name="Records">How many records were given back.</param>
/// <param name="CutBlocks">How many blocks behind the end had been written and are left over from a write that no one was told of.</param>
internal sealed record RecoveredJournal(
    int Segment, int Block, long NextLsn, long LastRun, long LastPosition, long HighestPosition, long Records, long CutBlocks);

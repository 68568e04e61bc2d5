using Dike.Paxos;
using Dike.Storage;

namespace Dike.Node.Runtime;

/// <summary>Sorts the records of a node's journal by group and folds each group's into what its replica starts from.</summary>
internal static class JournalReplay
{
    /// <exception cref="LogDamagedException">Synced records cannot be read back.</exception>
    /// <exception cref="LogReplayException">The records of a group cannot follow each other.</exception>
    public static (Dictionary<GroupId, RecoveredState> Groups, long Records) Run(ILogStore store)
    {
        var replays = new Dictionary<GroupId, LogReplay>();
        long records = 0;
        store.Recover(record =>
        {
            if (!replays.TryGetValue(record.Group, out LogReplay? replay))
            {
                replays.Add(record.Group, replay = new LogReplay());
            }

            replay.Add(record.Write);
            records++;
        });
        return (replays.ToDictionary(replay => replay.Key, replay => replay.Value.ToState()), records);
    }
}

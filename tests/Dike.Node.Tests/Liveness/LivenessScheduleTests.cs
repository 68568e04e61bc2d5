using Dike.Node.Liveness;

namespace Dike.Node.Tests.Liveness;

/// <summary>Random loss, replays across links and starts, partitions, restarts and hung journals. A failure names its seed.</summary>
public sealed class LivenessScheduleTests
{
    private const int Seeds = 100;
    private const int Steps = 150;

    [Fact]
    public void Run_RandomFaults_NobodyIsUpByOldHeartbeatsAndAllIsKnownAfterwards()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            int count = 3 + 2 * (seed % 2);
            var network = LivenessNetwork.Settled(count);
            int lossPercent = random.Next(31);
            network.Loses = () => random.Next(100) < lossPercent;
            for (int step = 0; step < Steps; step++)
            {
                Disturb(network, random, step);
                network.Run(LivenessNetwork.IntervalMs * random.Next(1, 4));
                CheckUp(network, seed, step);
            }

            network.Heal();
            network.Loses = () => false;
            Array.Clear(network.HangsSinceMs);
            network.Run(LivenessNetwork.TimeoutMs + 4 * LivenessNetwork.IntervalMs);
            CheckAllKnown(network, seed);
        }
    }

    private static void Disturb(LivenessNetwork network, Random random, int step)
    {
        int one = random.Next(network.Nodes.Length);
        int other = (one + random.Next(1, network.Nodes.Length)) % network.Nodes.Length;
        switch (random.Next(7))
        {
            case 0:
                network.Cut(one, other, isOneWay: random.Next(2) == 0);
                break;
            case 1:
                network.Heal();
                break;
            case 2 when random.Next(4) == 0:
                network.Restart(one);
                break;
            case 3:
                network.HangsSinceMs[one] = network.HangsSinceMs[one] is null ? network.NowMs : null;
                break;
            case 4:
                network.Nodes[one].SetReport(new GroupReport([step], []));
                break;
            default:
                for (int replay = 0; replay < 5; replay++)
                {
                    network.Replay(random.Next(network.Delivered));
                }

                break;
        }
    }

    /// <summary>Up means: something new came within the election timeout, in both directions.</summary>
    private static void CheckUp(LivenessNetwork network, int seed, int step)
    {
        for (int node = 0; node < network.Nodes.Length; node++)
        {
            for (int member = 0; member < network.Nodes.Length; member++)
            {
                long silentMs = network.NowMs - network.FreshMs(member, node);
                long unheardMs = network.NowMs - network.FreshMs(node, member);
                bool isUp = node != member && network.Nodes[node].IsUp(member);
                Assert.True(!isUp || silentMs <= LivenessNetwork.TimeoutMs, $"seed {seed}, step {step}: node {node} counts on {member}, silent for {silentMs} ms");
                // The other notices the silence after one election timeout, and this node that it does after the next message.
                Assert.True(!isUp || unheardMs <= 2 * LivenessNetwork.TimeoutMs, $"seed {seed}, step {step}: node {node} counts on {member}, which has not heard it for {unheardMs} ms");
            }
        }
    }

    private static void CheckAllKnown(LivenessNetwork network, int seed)
    {
        for (int node = 0; node < network.Nodes.Length; node++)
        {
            for (int member = 0; member < network.Nodes.Length; member++)
            {
                var expected = new PeerView(true, (1u << network.Nodes.Length) - 1, false);
                Assert.True(network.Nodes[node].ViewOf(member) == expected, $"seed {seed}: node {node} sees {network.Nodes[node].ViewOf(member)} of {member}, expected {expected}");
                Assert.True(
                    network.Nodes[node].ReportOf(member).IsSame(network.Nodes[member].ReportOf(member)), $"seed {seed}: node {node} has an old report of {member}");
            }
        }
    }
}

using System.Buffers;
using Dike.Wire;

namespace Dike.Tests.Wire;

/// <summary>
/// The bytes of every frame, for good: a change here is a change of the protocol. Files beside this one hold hexadecimal, one field per line;
/// what follows a # is a comment.
/// </summary>
public sealed class FrameCodecGoldenTests
{
    public static TheoryData<string> Kinds => [.. SampleFrames.All.Select(frame => frame.Kind.ToString())];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Write_SampleFrame_GivesTheGoldenBytes(string kind)
    {
        string actual = Convert.ToHexStringLower(Encode(SampleFrames.Of(Enum.Parse<FrameKind>(kind))));

        Assert.Equal(Golden(kind), actual);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Read_GoldenBytes_GivesTheSampleFrame(string kind)
    {
        Frame sample = SampleFrames.Of(Enum.Parse<FrameKind>(kind));

        Frame read = FrameCodec.Read(sample.Kind, Convert.FromHexString(Golden(kind)));

        Assert.Equal(Encode(sample), Encode(read));
        FrameAssert.Same(sample, read);
    }

    [Fact]
    public void Kinds_EveryKindBetweenClientsAndNodes_HasASample() =>
        Assert.Equal(Enum.GetValues<FrameKind>().Where(kind => kind < FrameKind.PeerMessages), SampleFrames.All.Select(frame => frame.Kind));

    [Fact]
    public void Header_Golden()
    {
        byte[] bytes = new byte[FrameHeader.Size];
        new FrameHeader(0x01020304, FrameKind.ReplicasCompared).Write(bytes);

        Assert.Equal("040302010b000000", Convert.ToHexStringLower(bytes));
        Assert.Equal(new FrameHeader(0x01020304, FrameKind.ReplicasCompared), FrameHeader.Read(bytes, FrameHeader.MaxMaxFrameBytes));
    }

    internal static byte[] Encode(Frame frame)
    {
        var buffer = new ArrayBufferWriter<byte>();
        FrameCodec.Write(frame, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private static string Golden(string kind)
    {
        IEnumerable<string> lines = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Wire", kind + ".hex"));
        return string.Concat(lines.Select(line => line.Split('#')[0].Trim()));
    }
}

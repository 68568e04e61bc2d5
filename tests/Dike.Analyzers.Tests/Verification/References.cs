using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Tests.Verification;

/// <summary>What a user's project references: .NET 10 and Dike with what it brings along.</summary>
internal static class References
{
    public static readonly MetadataReference[] Framework = [.. Net100.References.All];

    public static readonly MetadataReference[] All =
    [
        .. Framework,
        MetadataReference.CreateFromFile(typeof(StateMachineAttribute).Assembly.Location),
        MetadataReference.CreateFromFile(typeof(MemoryPack.MemoryPackableAttribute).Assembly.Location),
        MetadataReference.CreateFromFile(typeof(Microsoft.Extensions.Logging.ILogger).Assembly.Location),
    ];
}

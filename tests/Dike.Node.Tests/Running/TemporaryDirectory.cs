namespace Dike.Node.Tests.Running;

/// <summary>A directory that goes with its test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = System.IO.Directory.CreateTempSubdirectory("dike-node-").FullName;

    public void Dispose() => System.IO.Directory.Delete(Path, recursive: true);
}

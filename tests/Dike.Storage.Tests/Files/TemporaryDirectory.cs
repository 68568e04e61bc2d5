namespace Dike.Storage.Tests.Files;

/// <summary>A directory of its own for a test; gone with it.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Location { get; } = Directory.CreateTempSubdirectory("dike-storage-").FullName;

    public string Combine(params string[] parts) => Path.Combine([Location, .. parts]);

    public void Dispose() => Directory.Delete(Location, recursive: true);
}

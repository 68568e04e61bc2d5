namespace Dike.Storage.Files;

/// <summary>
/// The few things that the journal and the documents do with files; tests put a faulty disk behind it.
/// A created or renamed file has its name for good only after <see cref="SyncDirectory"/>.
/// </summary>
internal interface IFileSystem
{
    /// <summary>Makes the directory and its parents, durably; nothing happens if it exists.</summary>
    void CreateDirectory(string path);

    /// <summary>The names, without path, of the files in a directory.</summary>
    IReadOnlyList<string> FileNames(string directory);

    bool Exists(string path);

    /// <summary>Makes an empty file, in place of one that has this name.</summary>
    IStorageFile Create(string path);

    IStorageFile Open(string path, bool writable);

    /// <summary>Gives a file another name, in place of one that has it.</summary>
    void Rename(string from, string to);

    /// <summary>Takes a file's name away; nothing happens if it is not there. It may come back after a crash until the directory is synced.</summary>
    void Delete(string path);

    void SyncDirectory(string path);

    /// <summary>Takes a lock that ends with the process at the latest, or returns null if another holder has it.</summary>
    IDisposable? TryLock(string path);
}

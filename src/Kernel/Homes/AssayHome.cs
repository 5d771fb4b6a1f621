namespace Assay.Kernel.Homes;

/// <summary>The folder that holds an embedded installation: database, blobs, keys and scratch space, readable by its owner only.</summary>
public sealed class AssayHome
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Opens the home at <paramref name="root"/>, making its folders where they are missing.</summary>
    /// <exception cref="IOException">A folder can't be made; the message of <see cref="UnauthorizedAccessException"/> likewise.</exception>
    public AssayHome(string root)
    {
        Root = Path.GetFullPath(root);
        foreach (var folder in new[] { Root, Keys, Blobs, Work })
            MakeFolder(folder);
    }

    /// <summary>Absolute path of the home.</summary>
    public string Root { get; }

    /// <summary>Private keys, one file each, mode 0600.</summary>
    public string Keys => Path.Combine(Root, "keys");

    /// <summary>Encrypted blobs of the local blob store.</summary>
    public string Blobs => Path.Combine(Root, "blobs");

    /// <summary>Scratch space; nothing here outlives the process that made it.</summary>
    public string Work => Path.Combine(Root, "work");

    /// <summary>The SQLite database of the embedded default.</summary>
    public string DatabaseFile => Path.Combine(Root, "assay.db");

    /// <summary>The administrator's access token, mode 0600.</summary>
    public string AdminTokenFile => Path.Combine(Root, "admin-token");

    /// <summary>The newest signed ledger head, kept outside the database so that cutting the database's end is found.</summary>
    public string CheckpointFile => Path.Combine(Root, "ledger-checkpoint");

    /// <summary>Address and process id of the server that holds this home, while one does.</summary>
    public string ServerFile => Path.Combine(Root, "server.json");

    /// <summary>Held with an exclusive lock by the one server that uses this home.</summary>
    public string LockFile => Path.Combine(Root, "server.lock");

    /// <summary>Whether a folder is a home, and not one of something else, or an empty one.</summary>
    public static bool IsOne(string root) =>
        Directory.Exists(Path.Combine(root, "keys"))
        && (Directory.Exists(Path.Combine(root, "blobs")) || File.Exists(Path.Combine(root, "assay.db")) || File.Exists(Path.Combine(root, "admin-token")));

    /// <summary>Removes what a process that ended without warning left in <see cref="Work"/>. Only the holder of the lock may.</summary>
    public void EmptyWork()
    {
        foreach (var folder in Directory.EnumerateDirectories(Work))
            Directory.Delete(folder, recursive: true);
        foreach (var file in Directory.EnumerateFiles(Work))
            File.Delete(file);
    }

    /// <summary>Makes a new folder under <see cref="Work"/> that only the owner can read. The caller deletes it.</summary>
    public string MakeWorkFolder(string prefix)
    {
        var folder = Path.Combine(Work, $"{prefix}-{Guid.CreateVersion7():N}");
        MakeFolder(folder);
        return folder;
    }

    private static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly);
    }
}

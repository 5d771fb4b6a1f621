using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Homes;

namespace Assay.Server.Hosting;

/// <summary>The server that holds a home: where it listens, and its process.</summary>
public sealed record HomeHolder(string Url, int ProcessId);

/// <summary>Keeps two servers from using one home: an exclusive lock that ends with the process, however that ends.</summary>
public sealed class HomeLock : IDisposable
{
    private readonly FileStream _lock;
    private readonly AssayHome _home;

    private HomeLock(AssayHome home, FileStream held) => (_home, _lock) = (home, held);

    /// <summary>Opens a home and takes its lock.</summary>
    /// <exception cref="StartRefusedException">The folder can't be used, or another server holds it.</exception>
    public static (AssayHome Home, HomeLock Lock) Take(string root)
    {
        try
        {
            var home = new AssayHome(root);
            var held = new FileStream(home.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            home.EmptyWork();
            return (home, new(home, held));
        }
        catch (IOException) when (Holder(root) is { } holder)
        {
            throw new StartRefusedException($"The home {root} is in use by the server at {holder.Url} (process {holder.ProcessId}): stop it, or choose another --home.");
        }
        catch (UnauthorizedAccessException problem)
        {
            throw new StartRefusedException($"The home {root} can't be written: {problem.Message} Choose another --home, or make it yours.", problem);
        }
        catch (IOException problem)
        {
            throw new StartRefusedException($"The home {root} can't be used: {problem.Message} Free some space or choose another --home.", problem);
        }
    }

    /// <summary>The server that holds the home now, or null when none does.</summary>
    public static HomeHolder? Holder(string root)
    {
        var (lockFile, serverFile) = (Path.Combine(root, "server.lock"), Path.Combine(root, "server.json"));
        if (!File.Exists(lockFile))
            return null;
        try
        {
            using var probe = new FileStream(lockFile, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return null;   // nobody had it
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            try
            {
                return JsonSerializer.Deserialize<HomeHolder>(File.ReadAllText(serverFile), AssayJson.Options);
            }
            catch (Exception unreadable) when (unreadable is IOException or JsonException or UnauthorizedAccessException)
            {
                return null;   // it is just starting, and has not said where it listens
            }
        }
    }

    /// <summary>Says where this server listens.</summary>
    public void Announce(string url) => DurableFile.Replace(
        _home.ServerFile, JsonSerializer.SerializeToUtf8Bytes(new HomeHolder(url, Environment.ProcessId), AssayJson.Options));

    /// <summary>Gives the home back.</summary>
    public void Dispose()
    {
        File.Delete(_home.ServerFile);
        _lock.Dispose();
    }
}

using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Assay.Kernel.Blobs;

/// <summary>Objects as files in a folder. A draft is a file in <c>.drafts</c>, flushed to disk and then linked to its name.</summary>
public sealed class LocalBlobStore : IBlobStore
{
    private readonly string _root;
    private readonly string _drafts;
    private readonly string _locks;
    private readonly TimeProvider _clock;
    private readonly KeyedTurns<string> _turns = new();

    /// <summary>Opens the store in this folder, making it when it is missing. Objects are dated by the clock, or by the system's.</summary>
    public LocalBlobStore(string root, TimeProvider? clock = null)
    {
        _clock = clock ?? TimeProvider.System;
        _root = Path.GetFullPath(root);
        _drafts = Path.Combine(_root, ".drafts");
        _locks = Path.Combine(_root, ".locks");
        Directory.CreateDirectory(_drafts);
        Directory.CreateDirectory(_locks);
    }

    /// <inheritdoc/>
    public Task<IBlobDraft> Create(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return Task.FromResult<IBlobDraft>(new LocalBlobDraft(Path.Combine(_drafts, Guid.NewGuid().ToString("N")), PathOf, _clock));
    }

    /// <inheritdoc/>
    public Task<Stream?> Open(string name, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            return Task.FromResult<Stream?>(new FileStream(PathOf(name), new FileStreamOptions { BufferSize = 0 }));
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    /// <inheritdoc/>
    public Task<bool> Exists(string name, CancellationToken cancel) => Task.FromResult(File.Exists(PathOf(name)));

    /// <inheritdoc/>
    public async Task Replace(string name, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        var path = PathOf(name);
        var draft = Path.Combine(_drafts, Guid.NewGuid().ToString("N"));
        try
        {
            await using (var file = DurableFile.CreateOwnerOnly(draft))
            {
                await file.WriteAsync(content, cancel);
                file.Flush(flushToDisk: true);
            }

            File.SetLastWriteTimeUtc(draft, _clock.GetUtcNow().UtcDateTime);
            File.Move(draft, path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }

        DurableFile.FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <inheritdoc/>
    public Task<DateTimeOffset?> LastUsed(string name, CancellationToken cancel)
    {
        var file = new FileInfo(PathOf(name));
        return Task.FromResult(file.Exists ? new DateTimeOffset(file.LastWriteTimeUtc) : default(DateTimeOffset?));
    }

    /// <inheritdoc/>
    public Task<bool> Touch(string name, CancellationToken cancel)
    {
        try
        {
            File.SetLastWriteTimeUtc(PathOf(name), _clock.GetUtcNow().UtcDateTime);
            return Task.FromResult(true);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult(false);
        }
    }

    /// <inheritdoc/>
    public async Task<IDisposable> Lock(string name, CancellationToken cancel)
    {
        _ = PathOf(name);
        var shared = name.Split('/')[0];
        var turn = await _turns.Take(shared, cancel);
        try
        {
            return new HeldLock(turn, await LockFile(Path.Combine(_locks, shared), cancel));
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task Delete(string name, CancellationToken cancel)
    {
        var path = PathOf(name);
        if (File.Exists(path))
        {
            File.Delete(path);
            DurableFile.FlushFolder(Path.GetDirectoryName(path)!);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> List(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        // A folder at a time, so that the names of a large store are not all in memory.
        var folders = Directory.EnumerateDirectories(_root).Select(path => Path.GetFileName(path) + "/")
            .Where(folder => folder[0] != '.' && (folder.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(folder, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal);
        var names = folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(_root, folder), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_root, path).Replace('\\', '/'))
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal));
        foreach (var name in names)
        {
            cancel.ThrowIfCancellationRequested();
            yield return name;
        }

        await Task.CompletedTask;
    }

    /// <summary>Removes drafts that were last written before this process began: whoever wrote them is gone.</summary>
    public void RemoveAbandonedDrafts()
    {
        using var process = Process.GetCurrentProcess();
        var started = process.StartTime.ToUniversalTime();
        foreach (var draft in new DirectoryInfo(_drafts).EnumerateFiles().Where(draft => draft.LastWriteTimeUtc < started))
            draft.Delete();
    }

    private string PathOf(string name)
    {
        var sound = name.Split('/').All(part => part.Length > 0 && part[0] != '.' && part.All(IsAllowed));
        return sound ? Path.Combine(_root, name) : throw new ArgumentException($"'{name}' is not a blob name.", nameof(name));
    }

    // The system gives the lock back when its process dies.
    private static async Task<FileStream> LockFile(string path, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException) when (File.Exists(path))   // another process has it
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), cancel);
            }
        }
    }

    private sealed class HeldLock(IDisposable turn, FileStream file) : IDisposable
    {
        public void Dispose()
        {
            file.Dispose();
            turn.Dispose();
        }
    }

    private static bool IsAllowed(char letter) => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '.' or '-';

    private sealed class LocalBlobDraft(string path, Func<string, string> pathOf, TimeProvider clock) : IBlobDraft
    {
        private readonly DraftStream _file = new(DurableFile.CreateOwnerOnly(path));

        public Stream Content => _file;

        public async Task<Stream> Reopen(CancellationToken cancel)
        {
            await _file.DisposeAsync();
            return new FileStream(path, new FileStreamOptions { BufferSize = 0 });
        }

        public async Task<bool> Publish(string name, CancellationToken cancel)
        {
            cancel.ThrowIfCancellationRequested();
            if (_file.CanWrite)
            {
                _file.FlushToDisk();
                await _file.DisposeAsync();
            }

            var target = pathOf(name);
            var folder = Path.GetDirectoryName(target)!;
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder);
                DurableFile.FlushFolder(Path.GetDirectoryName(folder)!);
            }

            File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime);
            return DurableFile.TryPublish(path, target);
        }

        public async ValueTask DisposeAsync()
        {
            await _file.DisposeAsync();
            File.Delete(path);
        }
    }
}

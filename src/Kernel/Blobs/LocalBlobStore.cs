using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Assay.Kernel.Blobs;

/// <summary>Objects as files in a folder. A draft is a file in <c>.drafts</c>, flushed to disk and then linked to its name.</summary>
public sealed class LocalBlobStore : IBlobStore
{
    private readonly string _root;
    private readonly string _drafts;

    /// <summary>Opens the store in this folder, making it when it is missing.</summary>
    public LocalBlobStore(string root)
    {
        _root = Path.GetFullPath(root);
        _drafts = Path.Combine(_root, ".drafts");
        Directory.CreateDirectory(_drafts);
    }

    /// <inheritdoc/>
    public Task<IBlobDraft> Create(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return Task.FromResult<IBlobDraft>(new LocalBlobDraft(Path.Combine(_drafts, Guid.NewGuid().ToString("N")), PathOf));
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
        var names = Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_root, path).Replace('\\', '/'))
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && !name.StartsWith('.'))
            .Order(StringComparer.Ordinal);
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

    private static bool IsAllowed(char letter) => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '.' or '-';

    private sealed class LocalBlobDraft(string path, Func<string, string> pathOf) : IBlobDraft
    {
        private readonly FileStream _file = DurableFile.CreateOwnerOnly(path);

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
                _file.Flush(flushToDisk: true);
                await _file.DisposeAsync();
            }

            var target = pathOf(name);
            var folder = Path.GetDirectoryName(target)!;
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder);
                DurableFile.FlushFolder(Path.GetDirectoryName(folder)!);
            }

            return DurableFile.TryPublish(path, target);
        }

        public async ValueTask DisposeAsync()
        {
            await _file.DisposeAsync();
            File.Delete(path);
        }
    }
}

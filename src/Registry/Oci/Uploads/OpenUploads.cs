using System.Collections.Concurrent;
using Assay.Kernel.Blobs;

namespace Assay.Registry.Oci.Uploads;

/// <summary>Uploads that were begun and have not ended. They live in this process: a restart ends them.</summary>
internal sealed class OpenUploads(IBlobs blobs, TimeProvider clock) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Upload> _open = new(StringComparer.Ordinal);

    public int Count => _open.Count;

    public Upload Begin(UploadOwner owner)
    {
        if (_open.Count >= OciLimits.UploadsMax || _open.Values.Count(upload => upload.Owner.Caller == owner.Caller) >= OciLimits.UploadsPerCallerMax)
            throw OciErrors.TooMany($"Too many uploads are open: {OciLimits.UploadsPerCallerMax} for one caller, {OciLimits.UploadsMax} for all. Finish or cancel some, or try again later.");
        var upload = new Upload(owner, blobs) { LastUsed = clock.GetUtcNow() };
        _open[upload.Id] = upload;
        return upload;
    }

    public Upload Get(string id, UploadOwner owner)
    {
        if (!_open.TryGetValue(id, out var upload) || upload.Owner != owner)
            throw OciErrors.UploadUnknown(id);
        upload.LastUsed = clock.GetUtcNow();
        return upload;
    }

    /// <summary>Takes it off the list and throws away what was not finished.</summary>
    public async Task End(Upload upload)
    {
        _open.TryRemove(upload.Id, out _);
        await upload.DisposeAsync();
    }

    /// <summary>Ends those that nobody has touched for an hour.</summary>
    /// <returns>How many.</returns>
    public async Task<int> EndIdle()
    {
        var idle = _open.Values.Where(upload => !upload.IsBusy && clock.GetUtcNow() - upload.LastUsed > OciLimits.UploadIdleMax).ToList();
        foreach (var upload in idle)
            await End(upload);
        return idle.Count;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var upload in _open.Values)
            await End(upload);
    }
}

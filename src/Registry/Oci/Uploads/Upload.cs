using System.IO.Pipelines;
using System.Security.Cryptography;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Microsoft.AspNetCore.Http;

namespace Assay.Registry.Oci.Uploads;

/// <summary>
/// A blob on its way, perhaps by many requests. What comes in goes through a pipe of 64 KiB into one
/// <see cref="IBlobs.Put"/>, so it is encrypted as it arrives and is never whole in memory or in clear on the disk. Nobody
/// can see it before <see cref="Finish"/>, and a process that dies leaves nothing but a draft, which the next start removes.
/// </summary>
internal sealed class Upload : IAsyncDisposable
{
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 1 << 16, resumeWriterThreshold: 1 << 15, useSynchronizationContext: false));
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Task<StoredBlob> _stored;
    private bool _ended;

    public Upload(UploadOwner owner, IBlobs blobs)
    {
        Owner = owner;
        _stored = Store(blobs);
    }

    public UploadOwner Owner { get; }

    public string Id { get; } = Guid.NewGuid().ToString();

    public long ReceivedBytes { get; private set; }

    public DateTimeOffset LastUsed { get; set; }

    /// <summary>Whether a request is writing to it now.</summary>
    public bool IsBusy => _turn.CurrentCount == 0;

    /// <summary>Where a client goes on, and how much has arrived.</summary>
    public void Describe(HttpResponse response, string repositoryPath)
    {
        response.Headers.Location = $"{repositoryPath}/blobs/uploads/{Id}";
        response.Headers.Range = $"0-{Math.Max(0, ReceivedBytes - 1)}";
        response.Headers["Docker-Upload-UUID"] = Id;
    }

    /// <summary>Lets one request at a time work on it.</summary>
    public async Task<IDisposable> Take(CancellationToken cancel)
    {
        if (!await _turn.WaitAsync(TimeSpan.FromSeconds(10), cancel))
            throw OciErrors.UploadInvalid("Another request is writing to this upload. Send one chunk after the other.");
        return new Turn(_turn);
    }

    /// <summary>Adds a stream to its end. When it breaks off, what had arrived stays, and the client may go on from there.</summary>
    public async Task Append(Stream content, CancellationToken cancel)
    {
        if (_ended)
            throw OciErrors.UploadUnknown(Id);
        while (true)
        {
            var memory = _pipe.Writer.GetMemory(1 << 14);
            var count = await content.ReadAsync(memory, cancel);
            if (count == 0)
                return;
            if (ReceivedBytes + count > OciLimits.BlobBytesMax)
                throw TooLarge();

            _hash.AppendData(memory.Span[..count]);
            ReceivedBytes += count;
            _pipe.Writer.Advance(count);
            if ((await _pipe.Writer.FlushAsync(CancellationToken.None)).IsCompleted)
                await _stored;   // the store has given up, and says why
        }
    }

    /// <summary>Ends it: now the blob exists. Bytes of another digest than the client said are thrown away.</summary>
    public async Task<StoredBlob> Finish(Digest expected)
    {
        var digest = Digest.FromHash(_hash.GetHashAndReset());
        if (digest != expected)
        {
            await DisposeAsync();
            throw OciErrors.DigestInvalid($"The bytes have the digest {digest}, not {expected} as the request says. The upload is void: begin anew.");
        }

        _ended = true;
        await _pipe.Writer.CompleteAsync();
        return await _stored;
    }

    public static Kernel.Refusals.Refusal TooLarge() => OciErrors.SizeInvalid(
        StatusCodes.Status413PayloadTooLarge, $"A blob has at most {OciLimits.BlobBytesMax >> 30} GiB, which is the limit of a model's file.");

    /// <summary>Throws away what has not been finished.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_ended)
        {
            _ended = true;
            await _pipe.Writer.CompleteAsync(new UploadAbandonedException());
        }

        try
        {
            await _stored;
        }
        catch (Exception problem) when (problem is UploadAbandonedException or IOException)
        {
            // That is what was asked for; or the disk is full, which whoever wrote was told.
        }

        _hash.Dispose();
    }

    private async Task<StoredBlob> Store(IBlobs blobs)
    {
        try
        {
            return await blobs.Put(_pipe.Reader.AsStream(leaveOpen: true), CancellationToken.None);
        }
        finally
        {
            await _pipe.Reader.CompleteAsync();
        }
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}

/// <summary>Whose upload it is: nobody else, and no other repository, may go on with it.</summary>
internal sealed record UploadOwner(string Project, string Model, string Caller);

/// <summary>Ends the store's reading of an upload that is thrown away.</summary>
internal sealed class UploadAbandonedException() : Exception("The upload was abandoned.");

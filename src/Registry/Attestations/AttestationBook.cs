using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Governance;
using Assay.Governance.Keys;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Refusals;
using Assay.Registry.Signatures;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Attestations;

/// <summary>Signs statements about versions, keeps them, and finds them.</summary>
internal sealed class AttestationBook(
    AssayDb db, ILedger ledger, IBlobs blobs, ISigningKey key, ISigningKeys keys, VersionBook versions, TimeProvider clock) : IAttestations
{
    public const int PredicateTypeLengthMax = 200;

    private const int StatementBytesMax = 4 << 20;

    public async Task<AttestationSummary> Add(string model, int version, string predicateType, JsonNode predicate, CancellationToken cancel)
    {
        if (predicateType.Length > PredicateTypeLengthMax || !Uri.TryCreate(predicateType, UriKind.Absolute, out _))
            throw new ArgumentException($"'{predicateType}' is no URI of at most {PredicateTypeLengthMax} characters.", nameof(predicateType));
        var subject = await Subject(model, version, cancel);
        var statement = Statement.Write(model, Digest.Parse(subject), predicateType, predicate);
        if (statement.Length > StatementBytesMax)
            throw Refusal.Limit(StatusCodes.Status413PayloadTooLarge, $"A statement about {model} version {version} would have {statement.Length} bytes; at most 4 MiB are signed. Name large things by their digest.");

        var envelope = await Store(SigstoreBundle.Seal(statement, key), cancel);
        var bundle = await Store(SigstoreBundle.Wrap(envelope.Bytes, key.Hint), cancel);

        // The key is kept under its own digest, which is its hint, so that a statement can be checked after the key is replaced.
        await Store(Encoding.UTF8.GetBytes(key.PublicKeyPem), cancel);
        var row = new Attestation
        {
            Id = Guid.CreateVersion7().ToString("N"),
            Model = model,
            Version = version,
            Subject = subject,
            PredicateType = predicateType,
            Digest = envelope.Blob.Digest.ToString(),
            SizeBytes = envelope.Blob.SizeBytes,
            BundleDigest = bundle.Blob.Digest.ToString(),
            BundleSizeBytes = bundle.Blob.SizeBytes,
            KeyHint = key.Hint,
            At = clock.GetUtcNow(),
        };
        db.Attestations.Add(row);
        ledger.Append(new ModelAttested(model, version, subject, predicateType, row.Digest, key.Hint));
        return row.ToSummary();
    }

    public async Task<IReadOnlyList<AttestationSummary>> List(string model, int version, CancellationToken cancel) =>
        [.. (await Rows(model, version).OrderBy(row => row.Id).ToListAsync(cancel)).Select(row => row.ToSummary())];

    public async Task<AttestationReport> Verify(string model, int version, string idOrDigest, CancellationToken cancel)
    {
        var row = await Get(model, version, idOrDigest, cancel);
        try
        {
            await Open(row, cancel);
            return new(row.Id, row.PredicateType, row.Digest, true, null);
        }
        catch (TamperedAttestationException problem)
        {
            return new(row.Id, row.PredicateType, row.Digest, false, problem.Message);
        }
    }

    public async Task<VerifiedAttestation> Open(string model, int version, string idOrDigest, CancellationToken cancel)
    {
        var row = await Get(model, version, idOrDigest, cancel);
        return new(row.ToSummary(), await Open(row, cancel));
    }

    /// <summary>Statements about a version.</summary>
    public IQueryable<Attestation> Rows(string model, int version) =>
        db.Attestations.Where(row => row.Model == model && row.Version == version);

    /// <summary>The statement of that id or digest, or a refusal.</summary>
    public async Task<Attestation> Get(string model, int version, string idOrDigest, CancellationToken cancel) =>
        await Rows(model, version).Where(row => row.Id == idOrDigest || row.Digest == idOrDigest).OrderBy(row => row.Id).FirstOrDefaultAsync(cancel)
        ?? throw Refusal.NotFound("attestation", $"{model}@{version}/{idOrDigest}");

    private async Task<System.Text.Json.JsonElement> Open(Attestation row, CancellationToken cancel)
    {
        try
        {
            var subject = await Subject(row.Model, row.Version, cancel);
            var envelope = await Read(row.Digest, cancel);
            var name = $"attestation {row.Id}";
            var payload = SigstoreBundle.Open(SigstoreBundle.Wrap(envelope, row.KeyHint), keys.PublicKeyOf(row.KeyHint) ?? key.PublicKeyPem, name);
            var statement = Statement.Read(payload, name);
            if (statement.Name != row.Model || statement.Subject.ToString() != subject)
                throw new InvalidSignatureException($"{name} is a statement about another model.");
            if (statement.PredicateType != row.PredicateType)
                throw new InvalidSignatureException($"{name} is a statement of type {statement.PredicateType}, not {row.PredicateType}.");
            return statement.Predicate;
        }
        catch (Exception problem) when (problem is InvalidSignatureException or DamagedBlobException or FileNotFoundException)
        {
            throw new TamperedAttestationException(row.Model, row.Version, row.Id, problem.Message);
        }
    }

    // The version may be one that the caller's transaction is just about to make.
    private async Task<string> Subject(string model, int version, CancellationToken cancel) =>
        db.ChangeTracker.Entries<ModelVersion>()
            .FirstOrDefault(entry => entry.State == EntityState.Added && entry.Entity.Model == model && entry.Entity.Version == version)?.Entity.Digest
        ?? (await versions.Get(model, version.ToString(CultureInfo.InvariantCulture), cancel)).Digest;

    private async Task<(StoredBlob Blob, byte[] Bytes)> Store(byte[] bytes, CancellationToken cancel) =>
        (await blobs.Put(new MemoryStream(bytes), cancel), bytes);

    private async Task<byte[]> Read(string digest, CancellationToken cancel)
    {
        await using var content = await blobs.Open(Digest.Parse(digest), cancel);
        var bytes = new byte[content.Length];
        await content.ReadExactlyAsync(bytes, cancel);
        return bytes;
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Assay.Inference.Models;
using Assay.Kernel.Permissions;

namespace Assay.Registry;

/// <summary>Models for other modules: register a package, find a version, take it through the gate, open it verified.</summary>
/// <remarks>A version is named by its number, by an alias, by its stage (the newest version in it), or as <c>latest</c>.</remarks>
public interface IModels
{
    /// <summary>
    /// Stores the files of a folder as the next version of a model, signs them, and saves both with their ledger events;
    /// joins the caller's transaction when there is one. The model is made when it is new. The same files again make a new
    /// version with the same digest.
    /// </summary>
    /// <exception cref="Kernel.Refusals.Refusal">The folder is no package, a limit was reached, or another version came first.</exception>
    Task<ModelVersionDetail> Register(NewVersion version, string packageFolder, CancellationToken cancel);

    /// <summary>A version with what is known of it; null when there is none.</summary>
    Task<ModelVersionDetail?> Find(string name, string versionOrAlias, CancellationToken cancel);

    /// <summary>
    /// Asks the stage's gate, records its verdict and, when it passes, moves the version there in the same transaction: it
    /// gets the stage and the alias of that name, and the version that had them is archived. A verdict that does not pass is
    /// no exception. Asked again for the stage where the version is, it returns the verdict that let it in.
    /// </summary>
    /// <exception cref="Kernel.Refusals.Refusal">No such version or stage, or another promotion came first.</exception>
    Task<GateVerdict> Promote(string name, int version, string stage, CancellationToken cancel);

    /// <summary>
    /// The same with one rule more: better than the version now in production in the metric that decides, by the whole
    /// confidence interval where both were measured on the same rows, and taking every row that it takes. For candidates that
    /// nobody asked for, as of retraining.
    /// </summary>
    /// <exception cref="Kernel.Refusals.Refusal">No such version or stage, or another promotion came first.</exception>
    Task<GateVerdict> PromoteIfBetter(string name, int version, string stage, CancellationToken cancel);

    /// <summary>Reads a version's files after checking its signature, its digest and every file against them.</summary>
    /// <exception cref="TamperedPackageException">Something is not what was signed; the message names the file.</exception>
    /// <exception cref="Kernel.Refusals.Refusal">There is no such version.</exception>
    Task<VerifiedPackage> Open(string name, string versionOrAlias, CancellationToken cancel);
}

/// <summary>Scans files for what could do harm when a model is loaded, on this server; every path by which files come in asks it.</summary>
public interface IScanner
{
    /// <summary>Scans every file of a folder.</summary>
    Task<ScanReport> ScanFolder(string folder, CancellationToken cancel);

    /// <summary>Scans the bytes of one file, and stores nothing.</summary>
    /// <param name="content">Read once; need not be seekable.</param>
    /// <param name="name">What the file is called, which is compared with what it is.</param>
    /// <param name="cancel">Stops the scan.</param>
    /// <exception cref="Kernel.Refusals.Refusal">It is larger than what is taken.</exception>
    Task<ScanReport> Scan(Stream content, string name, CancellationToken cancel);
}

/// <summary>
/// Signed statements about a version's digest (in-toto statements in DSSE envelopes): what was done to it, what was found and
/// decided. They are added and never changed, and each is stated in the ledger by its digest, so that one that is taken away is missed.
/// </summary>
public interface IAttestations
{
    /// <summary>
    /// Signs a statement about a version with the installation's key and adds it, with its ledger event, to the changes of the
    /// current scope: both are written by the caller's SaveChanges, or not at all. The version may be one that is just being made.
    /// </summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="version">Number of the version.</param>
    /// <param name="predicateType">URI of at most 200 characters that says what kind of statement it is.</param>
    /// <param name="predicate">What is stated; put no personal data into it, since others get to see it.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="Kernel.Refusals.Refusal">There is no such version, or the statement is larger than 4 MiB.</exception>
    Task<AttestationSummary> Add(string model, int version, string predicateType, JsonNode predicate, CancellationToken cancel);

    /// <summary>The statements about a version that are saved, oldest first.</summary>
    Task<IReadOnlyList<AttestationSummary>> List(string model, int version, CancellationToken cancel);

    /// <summary>Checks who signed a statement, that it is about this version's digest, and that it is of the kind that is said.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="version">Number of the version.</param>
    /// <param name="idOrDigest">Its id, or the digest of its envelope.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="Kernel.Refusals.Refusal">There is no such statement about this version.</exception>
    Task<AttestationReport> Verify(string model, int version, string idOrDigest, CancellationToken cancel);

    /// <summary>The same check, and then what is stated.</summary>
    /// <exception cref="TamperedAttestationException">The check failed.</exception>
    /// <exception cref="Kernel.Refusals.Refusal">There is no such statement about this version.</exception>
    Task<VerifiedAttestation> Open(string model, int version, string idOrDigest, CancellationToken cancel);
}

/// <summary>A signed statement about a version.</summary>
/// <param name="Id">Its id; later ones sort after earlier ones.</param>
/// <param name="PredicateType">What kind of statement.</param>
/// <param name="Digest">SHA-256 of its DSSE envelope, byte for byte as it is stored and given out: how others refer to it.</param>
/// <param name="SizeBytes">Size of the envelope.</param>
/// <param name="BundleDigest">SHA-256 of the sigstore bundle around that envelope, which is a blob too.</param>
/// <param name="BundleSizeBytes">Size of the bundle.</param>
/// <param name="KeyHint">SHA-256 of the PEM of the public key that checks it.</param>
/// <param name="At">When it was made.</param>
public sealed record AttestationSummary(
    string Id,
    string PredicateType,
    string Digest,
    long SizeBytes,
    string BundleDigest,
    long BundleSizeBytes,
    string KeyHint,
    DateTimeOffset At);

/// <summary>What a check of a statement found.</summary>
/// <param name="Id">Its id.</param>
/// <param name="PredicateType">What kind it says to be.</param>
/// <param name="Digest">SHA-256 of its envelope.</param>
/// <param name="Verified">Whether it holds.</param>
/// <param name="Problem">What is wrong; null when it holds.</param>
public sealed record AttestationReport(string Id, string PredicateType, string Digest, bool Verified, string? Problem);

/// <summary>A statement that was checked.</summary>
/// <param name="Attestation">Its names.</param>
/// <param name="Predicate">What is stated.</param>
public sealed record VerifiedAttestation(AttestationSummary Attestation, JsonElement Predicate);

/// <summary>A statement that is not what was signed, or not about this version.</summary>
public sealed class TamperedAttestationException(string model, int version, string id, string problem)
    : Exception($"A statement about {model} version {version} is refused: {problem}")
{
    /// <summary>The statement at fault.</summary>
    public string Id { get; } = id;
}

/// <summary>Whether a version may be served: asked before every load, so that what was let through once is not served for ever.</summary>
public interface IClearance
{
    /// <summary>
    /// Why an endpoint may not serve a version; null when it may. By a stage's name the version must have come through that
    /// stage's gate, by a verdict and approvals whose signatures hold. By a number or another alias it needs the approvals
    /// that the policy of Production asks for, where that protects the endpoint.
    /// </summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="version">Number of the version.</param>
    /// <param name="target">Number, alias or stage by which it was chosen.</param>
    /// <param name="endpoint">Name of the endpoint.</param>
    /// <param name="cancel">Stops it.</param>
    Task<string?> WhyNot(string model, int version, string target, string endpoint, CancellationToken cancel);

    /// <summary>Why a version may not be loaded at all, since its scan found what blocks and nobody has waived it; null when it may.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="version">Number of the version.</param>
    /// <param name="cancel">Stops it.</param>
    Task<string?> WhyQuarantined(string model, int version, CancellationToken cancel);
}

/// <summary>What is said of a package when it is registered; the rest is read from the package itself.</summary>
/// <param name="Model">1 to 100 letters, digits, dots, dashes and underscores, beginning with a letter or digit.</param>
/// <param name="Metrics">Used where the package's evaluation has none: what is signed goes first.</param>
/// <param name="RunId">The tracked run that made it.</param>
/// <param name="Dataset">Name of the dataset that it was trained on.</param>
/// <param name="DatasetDigest">SHA-256 of that dataset's bytes, as <c>sha256:…</c>.</param>
/// <param name="Author">Actor who made it or asked for its training, where that is not whoever registers it; may not approve it.</param>
public sealed record NewVersion(
    string Model,
    IReadOnlyDictionary<string, double> Metrics,
    string? RunId = null,
    string? Dataset = null,
    string? DatasetDigest = null,
    string? Author = null)
{
    /// <summary>What an MLflow client said besides; null for a package that came another way, which must be one that can be served.</summary>
    internal MlflowFacts? Mlflow { get; init; }

    /// <summary>Actors who made its files besides the author; may not approve it.</summary>
    internal IReadOnlyList<string> Makers { get; init; } = [];
}

/// <summary>What an MLflow client says of a version that it registers.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="RunLink">Link to a run of another server.</param>
/// <param name="Description">In words.</param>
/// <param name="Tags">Each key once.</param>
internal sealed record MlflowFacts(string Source, string? RunLink, string? Description, IReadOnlyList<KeyValuePair<string, string>> Tags);

/// <summary>A model of the project.</summary>
/// <param name="Name">Its name.</param>
/// <param name="LatestVersion">Number of its newest version.</param>
/// <param name="ProductionVersion">The version in production; null when there is none.</param>
/// <param name="CreatedAt">When its first version was registered.</param>
public sealed record ModelSummary(string Name, int LatestVersion, int? ProductionVersion, DateTimeOffset CreatedAt);

/// <summary>An immutable version of a model; stage, aliases and gate may change.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">From 1, without gaps.</param>
/// <param name="Digest">
/// Root of its files as OpenSSF Model Signing has it: SHA-256 over the files' SHA-256s in order of their names.
/// </param>
/// <param name="Format"><c>onnx</c>.</param>
/// <param name="Stage"><c>None</c>, <c>Staging</c>, <c>Production</c> or <c>Archived</c>; in lists also <c>Deleted</c>.</param>
/// <param name="Aliases">Names that lead to it, such as <c>production</c>.</param>
/// <param name="Metrics">Of the package's evaluation on rows that were not trained on.</param>
/// <param name="RunId">The tracked run that made it.</param>
/// <param name="Dataset">Name of the dataset that it was trained on.</param>
/// <param name="DatasetDigest">SHA-256 of that dataset's bytes.</param>
/// <param name="CreatedAt">When it was registered.</param>
/// <param name="Signed">Whether it has a signature; whether that holds is said by verifying it.</param>
/// <param name="ScanPassed">Whether the newest scan of its files found nothing that blocks; null when they were never scanned.</param>
/// <param name="DeletedAt">When it was deleted: lists go on naming it, its tombstone says why, and nothing else of it is there.</param>
public sealed record ModelVersionSummary(
    string Model,
    int Version,
    string Digest,
    string Format,
    string Stage,
    IReadOnlyList<string> Aliases,
    IReadOnlyDictionary<string, double> Metrics,
    string? RunId,
    string? Dataset,
    string? DatasetDigest,
    DateTimeOffset CreatedAt,
    bool Signed,
    bool? ScanPassed = null,
    DateTimeOffset? DeletedAt = null);

/// <summary>A version with what stands in its package.</summary>
/// <param name="Version">Its summary.</param>
/// <param name="Schema">Its typed inputs and output.</param>
/// <param name="Files">
/// Everything that an export holds: the signed files, the signature <c>model.sig</c> and the public key <c>model.sig.pub</c>.
/// </param>
/// <param name="Evaluation">The package's <c>evaluation.json</c>; an empty object when it has none.</param>
/// <param name="Gate">The newest verdict over it; null when no gate was asked.</param>
/// <param name="Attestations">The signed statements about it, newest first, at most 100.</param>
public sealed record ModelVersionDetail(
    ModelVersionSummary Version,
    ModelSchema Schema,
    IReadOnlyList<PackageFile> Files,
    JsonElement Evaluation,
    GateVerdict? Gate,
    IReadOnlyList<AttestationSummary> Attestations);

/// <summary>A file of a package.</summary>
/// <param name="Path">Relative, with <c>/</c> between its parts.</param>
/// <param name="Digest">SHA-256 as <c>sha256:…</c>.</param>
/// <param name="SizeBytes">Size in clear.</param>
public sealed record PackageFile(string Path, string Digest, long SizeBytes);

/// <summary>What a gate said.</summary>
/// <param name="Passed">Whether every rule held.</param>
/// <param name="Rules">Each rule that applied.</param>
/// <param name="PolicyDigest">SHA-256 of the policy's text, as <c>sha256:…</c>.</param>
/// <param name="At">When.</param>
/// <param name="PolicyNumber">Which of the stage's policies that is; 0 is the shipped one. Null for verdicts from before policies had numbers.</param>
public sealed record GateVerdict(
    bool Passed, IReadOnlyList<GateRuleResult> Rules, string PolicyDigest, DateTimeOffset At, int? PolicyNumber = null)
{
    /// <summary>Path of the page where the approvals that are missing are asked for and given; null when nothing else is missing or people are not asked.</summary>
    public string? RequestAt { get; init; }
}

/// <summary>What one rule found.</summary>
/// <param name="Name">Such as <c>metric auc</c>.</param>
/// <param name="Passed">Whether it held.</param>
/// <param name="Value">What was found, to read.</param>
/// <param name="Bound">What is asked for, to read.</param>
/// <param name="Human">Whether people decide it, and not the gate by itself.</param>
public sealed record GateRuleResult(string Name, bool Passed, string Value, string Bound, bool Human = false)
{
    /// <summary>What the signed verdict says in the place of <see cref="Value"/>, where that names a person: others get to see the statement. Null for the value itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Stated { get; init; }

    /// <summary>What callers of the version that has the stage must change to be understood by this one, each to be read after "callers must". Null when nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Callers { get; init; }
}

/// <summary>What a check of a signature and its files found.</summary>
/// <param name="Verified">Whether everything is what was signed.</param>
/// <param name="Bundle">The sigstore bundle, as JSON text; empty when there is none.</param>
/// <param name="PublicKey">The key that it was checked with, as PEM; empty when there is none.</param>
/// <param name="RootDigest">Digest of the files that were signed, as <c>sha256:…</c>; empty when that can't be told.</param>
/// <param name="Problem">What is wrong, naming the file; null when it is verified.</param>
public sealed record SignatureReport(bool Verified, string Bundle, string PublicKey, string RootDigest, string? Problem);

/// <summary>The signed files of a version, each of them checked.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its number.</param>
/// <param name="Digest">Root of the files, as <c>sha256:…</c>.</param>
/// <param name="Files">Bytes by path.</param>
public sealed record VerifiedPackage(string Model, int Version, string Digest, IReadOnlyDictionary<string, byte[]> Files)
{
    /// <summary>The files, for loading the model.</summary>
    public ModelPackage Content => new(Files.Keys, File);

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="FileNotFoundException">The package has no such file.</exception>
    public byte[] File(string path) => Files.TryGetValue(path, out var bytes)
        ? bytes
        : throw new FileNotFoundException($"The package of {Model} version {Version} has no file {path}.", path);
}

/// <summary>A package that is not what was signed. It is not opened.</summary>
public sealed class TamperedPackageException(string model, int version, string file, string problem)
    : Exception($"{model} version {version} is refused: {problem}")
{
    /// <summary>The file at fault.</summary>
    public string File { get; } = file;
}

/// <summary>Permissions that Registry's routes ask for.</summary>
public static class RegistryPermissions
{
    /// <summary>See models, their versions, files and policies, and verify them.</summary>
    public static readonly Permission Read = new("models.read");

    /// <summary>Register versions.</summary>
    public static readonly Permission Write = new("models.write");

    /// <summary>Take a version through a gate.</summary>
    public static readonly Permission Promote = new("models.promote");

    /// <summary>Publish the gates' policies.</summary>
    public static readonly Permission Policy = new("models.policy");

    /// <summary>Approve or reject versions, and review emergencies.</summary>
    public static readonly Permission Approve = new("models.approve");

    /// <summary>Take part in the talk about a request.</summary>
    public static readonly Permission Comment = new("models.comment");

    /// <summary>Waive findings of scans, and take files of versions in quarantine.</summary>
    public static readonly Permission Waive = new("models.waive");

    /// <summary>Go past the human rules in an emergency.</summary>
    public static readonly Permission BreakGlass = new("models.break-glass");

    /// <summary>Delete versions whose time is up and that nothing needs.</summary>
    public static readonly Permission Delete = new("models.delete");

    /// <summary>Hold models and versions back from deletion, and release the holds of others.</summary>
    public static readonly Permission Hold = new("models.hold");

    /// <summary>Change how long versions are kept.</summary>
    public static readonly Permission Retain = new("models.retain");
}

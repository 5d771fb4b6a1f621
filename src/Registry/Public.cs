using System.Text.Json;
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
    /// confidence interval where both were measured on the same rows. For candidates that nobody asked for, as of retraining.
    /// </summary>
    /// <exception cref="Kernel.Refusals.Refusal">No such version or stage, or another promotion came first.</exception>
    Task<GateVerdict> PromoteIfBetter(string name, int version, string stage, CancellationToken cancel);

    /// <summary>Reads a version's files after checking its signature, its digest and every file against them.</summary>
    /// <exception cref="TamperedPackageException">Something is not what was signed; the message names the file.</exception>
    /// <exception cref="Kernel.Refusals.Refusal">There is no such version.</exception>
    Task<VerifiedPackage> Open(string name, string versionOrAlias, CancellationToken cancel);
}

/// <summary>What is said of a package when it is registered; the rest is read from the package itself.</summary>
/// <param name="Model">1 to 100 letters, digits, dots, dashes and underscores, beginning with a letter or digit.</param>
/// <param name="Metrics">Used where the package's evaluation has none: what is signed goes first.</param>
/// <param name="RunId">The tracked run that made it.</param>
/// <param name="Dataset">Name of the dataset that it was trained on.</param>
/// <param name="DatasetDigest">SHA-256 of that dataset's bytes, as <c>sha256:…</c>.</param>
public sealed record NewVersion(
    string Model, IReadOnlyDictionary<string, double> Metrics, string? RunId = null, string? Dataset = null, string? DatasetDigest = null);

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
/// <param name="Stage"><c>None</c>, <c>Staging</c>, <c>Production</c> or <c>Archived</c>.</param>
/// <param name="Aliases">Names that lead to it, such as <c>production</c>.</param>
/// <param name="Metrics">Of the package's evaluation on rows that were not trained on.</param>
/// <param name="RunId">The tracked run that made it.</param>
/// <param name="Dataset">Name of the dataset that it was trained on.</param>
/// <param name="DatasetDigest">SHA-256 of that dataset's bytes.</param>
/// <param name="CreatedAt">When it was registered.</param>
/// <param name="Signed">Whether it has a signature; whether that holds is said by verifying it.</param>
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
    bool Signed);

/// <summary>A version with what stands in its package.</summary>
/// <param name="Version">Its summary.</param>
/// <param name="Schema">Its typed inputs and output.</param>
/// <param name="Files">
/// Everything that an export holds: the signed files, the signature <c>model.sig</c> and the public key <c>model.sig.pub</c>.
/// </param>
/// <param name="Evaluation">The package's <c>evaluation.json</c>; an empty object when it has none.</param>
/// <param name="Gate">The newest verdict over it; null when no gate was asked.</param>
public sealed record ModelVersionDetail(
    ModelVersionSummary Version, ModelSchema Schema, IReadOnlyList<PackageFile> Files, JsonElement Evaluation, GateVerdict? Gate);

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
public sealed record GateVerdict(bool Passed, IReadOnlyList<GateRuleResult> Rules, string PolicyDigest, DateTimeOffset At);

/// <summary>What one rule found.</summary>
/// <param name="Name">Such as <c>metric auc</c>.</param>
/// <param name="Passed">Whether it held.</param>
/// <param name="Value">What was found, to read.</param>
/// <param name="Bound">What is asked for, to read.</param>
public sealed record GateRuleResult(string Name, bool Passed, string Value, string Bound);

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

    /// <summary>Take a version through a gate, and change the gates' policies.</summary>
    public static readonly Permission Promote = new("models.promote");
}

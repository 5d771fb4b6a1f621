using Assay.Registry.Waivers;

namespace Assay.Registry;

/// <summary>What was found in a model's files. It passed when nothing that was found blocks.</summary>
/// <param name="Passed">Whether no finding blocks.</param>
/// <param name="Findings">What was found, the worst first.</param>
/// <param name="Files">Every file that was looked at.</param>
/// <param name="Scanner">Version of the scanner.</param>
/// <param name="RulesDigest">SHA-256 over its rules and allow-lists, as <c>sha256:…</c>.</param>
public sealed record ScanReport(
    bool Passed, IReadOnlyList<ScanFinding> Findings, IReadOnlyList<ScannedFile> Files, string Scanner, string RulesDigest);

/// <summary>One thing that was found.</summary>
/// <param name="Id">The same for the same thing in the same place of the same file: what a waiver names.</param>
/// <param name="Rule">The rule, such as <c>pickle.import-unknown</c>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Blocks">Whether it keeps the model out.</param>
/// <param name="Path">The file, and behind each <c>!/</c> the member of the container before it.</param>
/// <param name="What">What is there.</param>
/// <param name="Why">Why it matters.</param>
/// <param name="Remedy">What to do.</param>
public sealed record ScanFinding(
    string Id, string Rule, ScanSeverity Severity, bool Blocks, string Path, string What, string Why, string Remedy);

/// <summary>How bad a finding is; from <see cref="High"/> on it blocks.</summary>
public enum ScanSeverity
{
    /// <summary>Good to know.</summary>
    Note,

    /// <summary>Look at it.</summary>
    Warning,

    /// <summary>It could do harm, or nobody can say that it does not.</summary>
    High,

    /// <summary>It does what only an attack does.</summary>
    Critical,
}

/// <summary>A file that was scanned.</summary>
/// <param name="Path">Relative, with <c>/</c> between its parts.</param>
/// <param name="Digest">SHA-256 of its bytes, as <c>sha256:…</c>.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="Format">What its content is, whatever its name says: <c>pickle</c>, <c>zip</c>, <c>onnx</c>, <c>unknown</c> …</param>
/// <param name="Flavours">Libraries whose classes its pickles name: <c>scikit-learn</c>, <c>numpy</c> …</param>
public sealed record ScannedFile(string Path, string Digest, long SizeBytes, string Format, IReadOnlyList<string> Flavours);

/// <summary>The newest scan of a version.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its number.</param>
/// <param name="Digest">Root of the files that were scanned, as <c>sha256:…</c>.</param>
/// <param name="Report">What was found.</param>
/// <param name="At">When.</param>
/// <param name="Quarantine">Why the version is kept apart, since something blocks and is not waived; null when it is not.</param>
/// <param name="Waivers">Waivers of findings, newest first, with whether they count.</param>
public sealed record ModelScanDetail(
    string Model, int Version, string Digest, ScanReport Report, DateTimeOffset At, string? Quarantine = null, IReadOnlyList<WaiverSummary>? Waivers = null);

using System.Text.Json.Nodes;

namespace Assay.Registry.Attestations;

/// <summary>What a scan of a model's files found.</summary>
/// <param name="Scanner">What scanned.</param>
/// <param name="Rules">Digest over the rules and allow-lists that it went by.</param>
/// <param name="Result"><c>PASSED</c> or <c>FAILED</c>.</param>
/// <param name="ScannedAt">When.</param>
/// <param name="Files">Every file that was looked at.</param>
/// <param name="Findings">What was found, the worst first.</param>
internal sealed record ScanPredicate(
    ScannerName Scanner,
    ResourceDescriptor Rules,
    string Result,
    DateTimeOffset ScannedAt,
    IReadOnlyList<ScannedResource> Files,
    IReadOnlyList<FindingEntry> Findings)
{
    public const string Passed = "PASSED";
    public const string Failed = "FAILED";

    public JsonNode ToJson() => Predicates.Write(this);
}

/// <summary>A scanner and its version.</summary>
internal sealed record ScannerName(string Id, string Version);

/// <summary>A file that was scanned.</summary>
/// <param name="Name">Its path in the package.</param>
/// <param name="Digest">See <see cref="Predicates.Sha256"/>.</param>
/// <param name="Format">What its content is, whatever its name says.</param>
internal sealed record ScannedResource(string Name, IReadOnlyDictionary<string, string> Digest, string Format);

/// <summary>One thing that was found.</summary>
/// <param name="Id">The same for the same thing in the same place: what a waiver names.</param>
/// <param name="Rule">The rule that it breaks.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Blocks">Whether it keeps the model out.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Message">What is there, and why it matters.</param>
internal sealed record FindingEntry(string Id, string Rule, string Severity, bool Blocks, string Path, string Message);

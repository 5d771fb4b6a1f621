namespace Assay.Registry;

/// <summary>What a gate said about a version.</summary>
/// <param name="Passed">Whether every rule held.</param>
/// <param name="Rules">Each rule with what it saw, in the policy's order.</param>
/// <param name="PolicyDigest">SHA-256 of the policy's text, as <c>sha256:…</c>.</param>
/// <param name="At">When it was decided.</param>
public sealed record GateVerdict(bool Passed, IReadOnlyList<GateRuleResult> Rules, string PolicyDigest, DateTimeOffset At);

/// <summary>One rule of a gate.</summary>
/// <param name="Name">As the policy calls it.</param>
/// <param name="Passed">Whether it held.</param>
/// <param name="Value">What was found.</param>
/// <param name="Bound">What was asked for.</param>
public sealed record GateRuleResult(string Name, bool Passed, string Value, string Bound);

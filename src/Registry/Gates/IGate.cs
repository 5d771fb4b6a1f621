using System.Globalization;

namespace Assay.Registry.Gates;

/// <summary>
/// One kind of rule that a policy can ask for. Modules above contribute kinds of their own by adding an implementation to
/// the services; from then on policies may use it.
/// </summary>
public interface IGate
{
    /// <summary>The key by which a policy names the kind, such as <c>metric</c>; a rule is written <c>KIND: SUBJECT</c>.</summary>
    string Kind { get; }

    /// <summary>The other keys that a rule of this kind may have.</summary>
    IReadOnlyList<string> Settings { get; }

    /// <summary>Refuses a rule that makes no sense, when the policy is set.</summary>
    /// <exception cref="InvalidPolicyException">Made by <see cref="GateRule.Invalid"/>.</exception>
    void Check(GateRule rule);

    /// <summary>
    /// Says whether the rule holds for a candidate, what was found, and what is asked for. A rule that throws does not hold.
    /// </summary>
    Task<GateRuleResult> Judge(GateRule rule, GateCandidate candidate, CancellationToken cancel);
}

/// <summary>A rule of a policy.</summary>
/// <param name="Kind">The <see cref="IGate.Kind"/>.</param>
/// <param name="Subject">What stands after it, such as the name of a metric.</param>
/// <param name="Settings">The rule's other keys.</param>
/// <param name="Line">Line of the policy, from 1.</param>
public sealed record GateRule(string Kind, string Subject, IReadOnlyDictionary<string, string> Settings, long Line)
{
    /// <summary>What to call the rule in a verdict.</summary>
    public string Name => $"{Kind} {Subject}";

    /// <summary>A setting; null when it is left out.</summary>
    public string? Text(string setting) => Settings.GetValueOrDefault(setting);

    /// <summary>A numeric setting; null when it is left out.</summary>
    /// <exception cref="InvalidPolicyException">It is no number.</exception>
    public double? Number(string setting) => Text(setting) is not { } text
        ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw Invalid($"'{setting}' must be a number, not '{text}'.");

    /// <summary>Refuses the policy for this rule.</summary>
    public InvalidPolicyException Invalid(string problem) => new(Line, problem);
}

/// <summary>The version that wants through a gate.</summary>
/// <param name="Version">The version.</param>
/// <param name="Stage">The stage that it wants to enter.</param>
/// <param name="Production">The version now in production; null when there is none.</param>
public sealed record GateCandidate(ModelVersionDetail Version, string Stage, ModelVersionDetail? Production)
{
    /// <summary>Reads those of the named files that the version has, each of them as it was signed. They stand in memory: ask for what is needed.</summary>
    /// <exception cref="TamperedPackageException">Something is not what was signed.</exception>
    public Func<IReadOnlyCollection<string>, CancellationToken, Task<VerifiedPackage>> Open { get; init; } =
        (_, _) => throw new InvalidOperationException("This candidate stands for itself: it has no stored package.");
}

/// <summary>A policy that can't be used; the message names the line and says why.</summary>
public sealed class InvalidPolicyException(long line, string problem) : Exception($"Line {line}: {problem}");

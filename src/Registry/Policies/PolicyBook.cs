using System.Text;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Assay.Registry.Gates;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Policies;

/// <summary>A policy's text with its place among those of its stage.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Number">From 1; 0 is the policy that comes with Assay.</param>
/// <param name="Yaml">The text.</param>
/// <param name="Digest">SHA-256 of the text.</param>
/// <param name="PublishedBy">Actor who published it; null for the shipped one.</param>
/// <param name="PublishedAt">When; null for the shipped one.</param>
internal sealed record PublishedPolicy(
    string Stage, int Number, string Yaml, string Digest, string? PublishedBy = null, DateTimeOffset? PublishedAt = null)
{
    /// <summary>Why this is not what was published; null when it is.</summary>
    public string? Problem { get; init; }

    /// <exception cref="Refusal">This is not what was published.</exception>
    public PublishedPolicy Trusted() => Problem is null
        ? this
        : throw Refusal.Conflict($"The gate to {Stage} stays shut: {Problem}. Verify the ledger to see what was changed, and publish the policy again.");
}

/// <summary>A policy that decides: its text, and what it says.</summary>
internal sealed record DecisivePolicy(PublishedPolicy Text, GatePolicy Rules);

/// <summary>The policies of the current project: its own where it has published one, else the shipped ones.</summary>
internal sealed class PolicyBook(AssayDb db, PolicySeal seal, ILedgerMemory memory, IEnumerable<IGate> gates)
{
    /// <summary>Every kind of rule that can be asked for.</summary>
    public IReadOnlyDictionary<string, IGate> Gates { get; } = gates.ToDictionary(gate => gate.Kind, StringComparer.Ordinal);

    /// <summary>The policy that is in force.</summary>
    /// <exception cref="Refusal">It is not what was published.</exception>
    public async Task<PublishedPolicy> InForce(string stage, CancellationToken cancel) => (await Newest(stage, cancel)).Trusted();

    /// <summary>The newest policy, whether or not it is what was published.</summary>
    public async Task<PublishedPolicy> Newest(string stage, CancellationToken cancel)
    {
        var row = await db.PolicyVersions.AsNoTracking().Where(row => row.Stage == stage).OrderByDescending(row => row.Number).FirstOrDefaultAsync(cancel);
        var policy = Published(row) ?? await Unnumbered(stage, cancel) ?? Shipped(stage);
        return policy.Problem is null && await IsMissing(policy, cancel) is { } problem ? policy with { Problem = problem } : policy;
    }

    // A policy that was taken out of the database would hand the gate to the one before it.
    private async Task<string?> IsMissing(PublishedPolicy policy, CancellationToken cancel)
    {
        var published = await memory.Newest(PolicyChanged.EventType, PolicyChanged.SubjectOf(policy.Stage), cancel);
        return published is { } last && last.GetProperty("policyDigest").GetString() != policy.Digest
            ? $"the policy of {policy.Stage} that was published last, {last.GetProperty("policyDigest").GetString()}, is not there"
            : null;
    }

    /// <summary>The policy of that number or digest, whether or not it is in force; null when there never was one.</summary>
    public async Task<PublishedPolicy?> Find(string stage, string numberOrDigest, CancellationToken cancel) =>
        (await All(stage, cancel)).FirstOrDefault(policy => $"{policy.Number}" == numberOrDigest || policy.Digest == numberOrDigest);

    /// <summary>Every policy that the stage ever had, newest first; the shipped one is the last.</summary>
    public async Task<List<PublishedPolicy>> All(string stage, CancellationToken cancel)
    {
        var rows = await db.PolicyVersions.AsNoTracking().Where(row => row.Stage == stage).OrderByDescending(row => row.Number).ToListAsync(cancel);
        var all = rows.ConvertAll(row => Published(row)!);
        if (await Unnumbered(stage, cancel) is { } first)
            all.Add(first);
        all.Add(Shipped(stage));
        return all;
    }

    /// <summary>The policy in force, read.</summary>
    /// <exception cref="Refusal">It can't be used any more.</exception>
    public async Task<DecisivePolicy> Decisive(string stage, CancellationToken cancel) => Decisive(await InForce(stage, cancel));

    /// <summary>A policy, read.</summary>
    /// <exception cref="Refusal">It can't be used any more.</exception>
    public DecisivePolicy Decisive(PublishedPolicy policy)
    {
        try
        {
            return new(policy, Read(policy.Yaml));
        }
        catch (InvalidPolicyException problem)
        {
            throw Refusal.Conflict($"The policy of {policy.Stage} can't be used any more: {problem.Message} Publish another.");
        }
    }

    /// <exception cref="InvalidPolicyException">A kind that it uses is not there, or not any more.</exception>
    public GatePolicy Read(string yaml) => GatePolicy.Read(yaml, Gates);

    /// <summary>The policy that comes with Assay.</summary>
    public static PublishedPolicy Shipped(string stage)
    {
        var name = $"{typeof(PolicyBook).Namespace}.{stage.ToLowerInvariant()}.yaml";
        using var resource = typeof(PolicyBook).Assembly.GetManifestResourceStream(name)
            ?? throw new ArgumentException($"No policy is shipped for {stage}.", nameof(stage));
        using var reader = new StreamReader(resource);
        return Policy(stage, 0, reader.ReadToEnd());
    }

    private async Task<PublishedPolicy?> Unnumbered(string stage, CancellationToken cancel) =>
        await db.StagePolicies.AsNoTracking().SingleOrDefaultAsync(policy => policy.Stage == stage, cancel) is { } row
            ? Policy(stage, 1, row.Yaml) with { PublishedAt = row.UpdatedAt }
            : null;

    private PublishedPolicy? Published(PolicyVersion? row) => row is null
        ? null
        : Policy(row.Stage, row.Number, row.Yaml) with { PublishedBy = row.PublishedBy, PublishedAt = row.PublishedAt, Problem = seal.ProblemOf(row) };

    // The digest is computed from the text, not taken from the row: who changes the one changes the other.
    private static PublishedPolicy Policy(string stage, int number, string yaml) =>
        new(stage, number, yaml, Digest.Of(Encoding.UTF8.GetBytes(yaml)).ToString());
}

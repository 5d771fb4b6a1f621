using Assay.Kernel;
using Assay.Registry.Gates;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Policies;

/// <summary>The policies of the current project: its own where it has set one, else the shipped ones.</summary>
internal sealed class PolicyBook(AssayDb db, IEnumerable<IGate> gates)
{
    /// <summary>Every kind of rule that can be asked for.</summary>
    public IReadOnlyDictionary<string, IGate> Gates { get; } = gates.ToDictionary(gate => gate.Kind, StringComparer.Ordinal);

    public async Task<string> Text(string stage, CancellationToken cancel) =>
        (await db.StagePolicies.SingleOrDefaultAsync(policy => policy.Stage == stage, cancel))?.Yaml ?? Shipped(stage);

    /// <exception cref="InvalidPolicyException">A kind that it uses is no longer there.</exception>
    public async Task<GatePolicy> Current(string stage, CancellationToken cancel) => GatePolicy.Read(await Text(stage, cancel), Gates);

    /// <summary>The policy that comes with Assay.</summary>
    public static string Shipped(string stage)
    {
        var name = $"{typeof(PolicyBook).Namespace}.{stage.ToLowerInvariant()}.yaml";
        using var resource = typeof(PolicyBook).Assembly.GetManifestResourceStream(name)
            ?? throw new ArgumentException($"No policy is shipped for {stage}.", nameof(stage));
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}

using System.Runtime.CompilerServices;
using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Versions;

namespace Assay.Registry.Approvals;

/// <summary>Who made a version that another account may register.</summary>
/// <param name="Author">Actor who trained it, or asked for the training; null when it was not trained here.</param>
/// <param name="Makers">Actors who made its files besides.</param>
internal sealed record VersionMakers(string? Author, IReadOnlyList<string> Makers);

/// <summary>States who brought a version in, signed, so that nobody becomes a stranger to it by a change of a row.</summary>
internal sealed class MakerStatement(IAttestations attestations, Caller caller)
{
    public Task State(ModelVersion version, VersionMakers made, CancellationToken cancel) => attestations.Add(
        version.Model, version.Version, Predicates.Registration,
        Predicates.Write(new RegistrationPredicate(caller.Id, made.Author, made.Makers.Count == 0 ? null : made.Makers)), cancel);

    /// <summary>What is stated of a version, as it was signed.</summary>
    /// <exception cref="TamperedAttestationException">A statement is not what was signed; those before it were given.</exception>
    public async IAsyncEnumerable<RegistrationPredicate> Read(ModelVersion version, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var statement in await attestations.List(version.Model, version.Version, cancel))
        {
            if (statement.PredicateType == Predicates.Registration)
                yield return (await attestations.Open(version.Model, version.Version, statement.Id, cancel)).Predicate.Deserialize<RegistrationPredicate>(AssayJson.Options)!;
        }
    }

    /// <summary>The actors who are stated of a version: whoever registered it, its author and its makers.</summary>
    /// <exception cref="Refusal">409: a statement about it is not what was signed.</exception>
    public async Task<IReadOnlyList<string>> Of(ModelVersion version, CancellationToken cancel)
    {
        var actors = new List<string>();
        try
        {
            await foreach (var stated in Read(version, cancel))
            {
                actors.AddRange([stated.RegisteredBy, .. stated.Makers ?? []]);
                if (stated.Author is { } author)
                    actors.Add(author);
            }
        }
        catch (TamperedAttestationException tampered)
        {
            throw Refusal.Conflict(tampered.Message);
        }

        return actors;
    }
}

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

    /// <summary>The actors who are stated of a version: whoever registered it, its author and its makers.</summary>
    /// <exception cref="Refusal">409: a statement about it is not what was signed.</exception>
    public async Task<IReadOnlyList<string>> Of(ModelVersion version, CancellationToken cancel)
    {
        var actors = new List<string>();
        try
        {
            foreach (var statement in await attestations.List(version.Model, version.Version, cancel))
            {
                if (statement.PredicateType != Predicates.Registration)
                    continue;
                var opened = await attestations.Open(version.Model, version.Version, statement.Id, cancel);
                var stated = opened.Predicate.Deserialize<RegistrationPredicate>(AssayJson.Options)!;
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

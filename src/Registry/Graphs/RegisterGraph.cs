using System.ComponentModel.DataAnnotations;
using Assay.Governance;
using Assay.Inference.Graphs;
using Assay.Inference.Models;
using Assay.Kernel.Homes;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Packages;
using Assay.Registry.Versions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Registry.Graphs;

/// <summary>A graph of models.</summary>
/// <param name="Graph">YAML; aliases and stages in it are settled to the versions that they name now.</param>
public sealed record RegisterGraphRequest([Required, StringLength(262_144, MinimumLength = 1)] string Graph);

/// <summary>Makes a graph a version like any other: signed, judged by gates, deployed and rolled out.</summary>
internal static class RegisterGraph
{
    public static void Map(RouteGroupBuilder group) => group
        .MapPost("/{name}/graphs", Handle)
        .WithName("RegisterGraph")
        .WithSummary("Registers a graph of models as the next version of a model.")
        .Requires(RegistryPermissions.Write, resource: "name");

    private static async Task<Created<ModelVersionDetail>> Handle(
        string name, RegisterGraphRequest request, VersionBook book, IModels models, IAccess access, AssayHome home, CancellationToken cancel)
    {
        var settled = new List<(GraphMember, int)>();
        foreach (var member in Members(request.Graph))
        {
            access.Demand(RegistryPermissions.Read, member.Model);
            var version = await book.Get(member.Model, member.Version, cancel);
            if (version.Format == PackageDocuments.Graph)
                throw Refusal.Invalid("graph", $"'{member.Place}' is a graph itself. Write its members here instead.");
            settled.Add((member, version.Version));
        }

        var folder = home.MakeWorkFolder("graph");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, ModelGraphs.File), ModelGraphs.Pin(request.Graph, settled), cancel);
            var made = await models.Register(new NewVersion(name, new Dictionary<string, double>()), folder, cancel);
            return TypedResults.Created($"/api/v1/models/{Uri.EscapeDataString(name)}/versions/{made.Version.Version}", made);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IReadOnlyList<GraphMember> Members(string yaml)
    {
        try
        {
            return ModelGraphs.Members(yaml);
        }
        catch (InvalidModelException problem)
        {
            throw Refusal.Invalid("graph", problem.Message);
        }
    }
}

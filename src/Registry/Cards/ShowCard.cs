using System.ComponentModel.DataAnnotations;
using System.Text;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Registry.Versions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Cards;

/// <summary>A version's card: as it is kept, as Markdown with the front matter of Hugging Face, and in the form of the Model Card Toolkit.</summary>
internal static class ShowCard
{
    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/{name}/versions/{version}/card", Show).WithName("ShowCard").Requires(RegistryPermissions.Read, resource: "name");
        group.MapGet("/{name}/versions/{version}/card.md", Markdown).WithName("ShowCardMarkdown").Requires(RegistryPermissions.Read, resource: "name");
        group.MapGet("/{name}/versions/{version}/card-toolkit.json", Toolkit).WithName("ShowCardToolkit").Requires(RegistryPermissions.Read, resource: "name");
        group.MapGet("/{name}/versions/{version}/cards", Versions).WithName("ListCards").Requires(RegistryPermissions.Read, resource: "name");
    }

    private static async Task<ModelCard> Show(
        string name, string version, [Range(0, int.MaxValue)] int? number, VersionBook versions, CardBook cards, CancellationToken cancel) =>
        await cards.Find(await versions.Get(name, version, cancel), number, cancel);

    private static async Task<ContentHttpResult> Markdown(
        string name, string version, [Range(0, int.MaxValue)] int? number, VersionBook versions, CardBook cards, CancellationToken cancel) =>
        TypedResults.Text(CardMarkdown.Of(await Show(name, version, number, versions, cards, cancel)), "text/markdown", Encoding.UTF8);

    private static async Task<ContentHttpResult> Toolkit(
        string name, string version, [Range(0, int.MaxValue)] int? number, VersionBook versions, CardBook cards, CancellationToken cancel) =>
        TypedResults.Text(CardToolkit.Of(await Show(name, version, number, versions, cards, cancel)).ToJsonString(), "application/json", Encoding.UTF8);

    private static async Task<Page<CardVersion>> Versions(
        string name, string version, [AsParameters] PageRequest page, VersionBook versions, CardBook cards, CancellationToken cancel)
    {
        // Newest first: the cursor is the number of the last card that was given.
        var below = page.BelowNumber();
        var rows = await cards.Rows(await versions.Get(name, version, cancel))
            .Where(card => card.Number < below)
            .OrderByDescending(card => card.Number)
            .Take(page.Size + 1)
            .ToListAsync(cancel);
        return page.Of(rows.ConvertAll(row => row.ToVersion()), row => $"{row.Number}");
    }
}

using System.ComponentModel.DataAnnotations;
using System.Text;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Versions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Registry.Cards;

/// <summary>A version's bill of materials, CycloneDX 1.6: exactly what was signed, or a draft of it while nobody has written the card.</summary>
internal static class ShowBom
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}/versions/{version}/bom", Handle).WithName("ShowBom").Requires(RegistryPermissions.Read, resource: "name");

    private static async Task<ContentHttpResult> Handle(
        string name,
        string version,
        [Range(0, int.MaxValue)] int? number,
        HttpContext http,
        CardBook cards,
        IAttestations attestations)
    {
        var cancel = http.RequestAborted;
        var about = await http.RequestServices.GetRequiredService<VersionBook>().Get(name, version, cancel);
        var card = await cards.Find(about, number, cancel);
        if (card.Attestation is null)
            return TypedResults.Text(BillOfMaterials.Of(card).ToJsonString(), BillOfMaterials.MediaType, Encoding.UTF8);
        try
        {
            var signed = await attestations.Open(name, about.Version, card.Attestation, cancel);
            return TypedResults.Text(signed.Predicate.GetRawText(), BillOfMaterials.MediaType, Encoding.UTF8);
        }
        catch (TamperedAttestationException problem)
        {
            throw Refusal.Conflict(problem.Message);
        }
    }
}

using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Cards;

/// <summary>What is to stand in the next version of a card.</summary>
/// <param name="Words">All of it: what is left out is taken out.</param>
/// <param name="After">Number of the card that was edited, 0 for the first: when another was written since, this one is refused.</param>
public sealed record WriteCardRequest([Required] CardWords Words, [Range(0, int.MaxValue)] int After);

internal static class WriteCard
{
    private const int LineLengthMax = 2000;

    public static void Map(RouteGroupBuilder group) =>
        group.MapPut("/{name}/versions/{version}/card", Handle).WithName("WriteCard").Requires(RegistryPermissions.Write, resource: "name");

    private static async Task<ModelCard> Handle(
        string name, string version, WriteCardRequest request, VersionBook versions, CardWriter writer, CancellationToken cancel)
    {
        Check("intendedUses", request.Words.IntendedUses);
        Check("users", request.Words.Users);
        Check("limitations", request.Words.Limitations);
        Check("tradeoffs", request.Words.Tradeoffs);
        return await writer.Write(await versions.Get(name, version, cancel), request.Words, request.After, cancel);
    }

    private static void Check(string field, IReadOnlyList<string>? lines)
    {
        if (lines?.Any(line => string.IsNullOrWhiteSpace(line) || line.Length > LineLengthMax) == true)
            throw Refusal.Invalid($"words.{field}", $"Each line of {field} has 1 to {LineLengthMax} characters; leave empty ones out.");
    }
}

/// <summary>Writes the next version of a card and signs it, in one SaveChanges.</summary>
internal sealed class CardWriter(AssayDb db, ILedger ledger, CardBook cards, IAttestations attestations, Caller caller, TimeProvider clock)
{
    public async Task<ModelCard> Write(ModelVersion version, CardWords words, int after, CancellationToken cancel)
    {
        var former = await cards.Find(version, null, cancel);
        if (Json(former.Words) == Json(words))
            return former;
        if (former.Number != after)
            throw Refusal.Conflict($"The card of {version.Model} version {version.Version} is at number {former.Number}, not {after}: somebody has written it in the meantime. Read it, and write yours again.");

        var card = former with { Words = words, Number = after + 1, WrittenBy = caller.Id, WrittenAt = clock.GetUtcNow() };
        var statement = await attestations.Add(version.Model, version.Version, Predicates.BillOfMaterials, BillOfMaterials.Of(card), cancel);
        db.Cards.Add(new Card
        {
            Model = version.Model,
            Version = version.Version,
            Number = card.Number,
            WordsJson = Json(words),
            WrittenBy = caller.Id,
            WrittenAt = card.WrittenAt.Value,
            Attestation = statement.Digest,
        });
        ledger.Append(new CardWritten(version.Model, version.Version, version.Digest, card.Number, statement.Digest));

        // Of two who write at once, the second finds the model changed.
        (await db.Models.SingleAsync(model => model.Name == version.Model, cancel)).Changes++;
        await Save(version, cancel);
        return card with { Attestation = statement.Digest };
    }

    private async Task Save(ModelVersion version, CancellationToken cancel)
    {
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw Refusal.Conflict($"{version.Model} was changed at the same time. Read the card, and write yours again.");
        }
    }

    private static string Json(CardWords words) => JsonSerializer.Serialize(words, AssayJson.Options);
}

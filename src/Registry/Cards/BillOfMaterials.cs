using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Kernel;

namespace Assay.Registry.Cards;

/// <summary>A card as a CycloneDX 1.6 bill of materials: the model with its card and files, and the data that it was trained on.</summary>
internal static class BillOfMaterials
{
    public const string MediaType = "application/vnd.cyclonedx+json; version=1.6";

    public static JsonNode Of(ModelCard card)
    {
        var facts = card.Facts;
        var model = $"model:{facts.Model}@{facts.Version}";
        return Predicates.Write(new Dictionary<string, object?>
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["serialNumber"] = $"urn:uuid:{SerialNumber(facts)}",

            // Of a series with one serial number; the first, before anybody has written, is 1.
            ["version"] = card.Number + 1,
            ["metadata"] = new
            {
                Timestamp = card.WrittenAt ?? facts.RegisteredAt,
                Tools = new { Components = new[] { new { Type = "application", Name = "assay", Version = AssayNames.Version } } },
                Component = Model(card, model),
            },
            ["components"] = facts.Datasets.Select(Data),
            ["dependencies"] = new object[] { new { Ref = model, DependsOn = facts.Datasets.Select(Reference).Distinct() } },
        });
    }

    private static Dictionary<string, object?> Model(ModelCard card, string reference) => new()
    {
        ["type"] = "machine-learning-model",
        ["bom-ref"] = reference,
        ["name"] = card.Facts.Model,
        ["version"] = $"{card.Facts.Version}",
        ["description"] = card.Words.Overview ?? $"Predicts {card.Facts.Schema.Label}.",
        ["authors"] = Some(card.Words.Owners)?.Select(owner => new { owner.Name, Email = IsMail(owner.Contact) ? owner.Contact : null }),
        ["licenses"] = card.Words.Licence is { } licence ? new[] { Licence(licence) } : null,
        ["externalReferences"] = new[] { new { Type = "distribution", Url = AssayNames.Model(card.Facts.Project, card.Facts.Model, card.Facts.Version) } },
        ["components"] = card.Facts.Files.Select(file => new Dictionary<string, object>
        {
            ["type"] = "file",
            ["bom-ref"] = $"{reference}/{file.Path}",
            ["name"] = file.Path,
            ["hashes"] = Hashes(file.Digest),
        }),
        ["modelCard"] = CardElement.Of(card, card.Facts.Datasets.Select(Reference)),
        ["properties"] = Properties(card),
    };

    private static List<object> Properties(ModelCard card)
    {
        // The root is a hash over hashes, not over a file: so it is no CycloneDX hash of the component.
        List<object> properties = [Property("root-digest", card.Facts.Digest), Property("card-number", $"{card.Number}")];
        properties.AddRange(card.Facts.ExcludedColumns.Select(column => Property("excluded-column", $"{column.Column}: {column.Reason}")));
        properties.AddRange(card.Facts.Notes.Select(note => Property("note", note)));
        properties.AddRange((card.Words.Owners ?? []).Where(owner => owner.Contact is not null && !IsMail(owner.Contact))
            .Select(owner => Property("owner-contact", $"{owner.Name}: {owner.Contact}")));
        return properties;
    }

    private static Dictionary<string, object?> Data(CardDataset data) => new()
    {
        ["type"] = "data",
        ["bom-ref"] = Reference(data),
        ["name"] = data.Name,
        ["version"] = data.Version?.ToString(CultureInfo.InvariantCulture),
        ["hashes"] = Hashes(data.Digest),
        ["data"] = new[] { new { Type = "dataset", data.Name, Description = Described(data) } },
    };

    private static string? Described(CardDataset data) => data.Rows is null
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{data.Rows} rows{(data.Synthetic == true ? ", made up" : "")}");

    private static string Reference(CardDataset data) => $"data:{data.Digest}";

    private static object[] Hashes(string digest) => [new { Alg = "SHA-256", Content = Digest.Parse(digest).Hex }];

    private static object Property(string name, string value) => new { Name = $"assay:{name}", Value = value };

    private static object Licence(string licence) => SpdxLicences.Find(licence) is { } id
        ? new { License = new { Id = id } }
        : new { License = new { Name = licence } };

    private static bool IsMail(string? contact) => contact is not null && System.Net.Mail.MailAddress.TryCreate(contact, out var mail) && mail.Address == contact;

    private static IReadOnlyList<T>? Some<T>(IReadOnlyList<T>? list) => list is { Count: > 0 } ? list : null;

    // The same for every card of a version, and no other version's: a name-based UUID (RFC 9562, version 8) of its address and digest.
    private static Guid SerialNumber(CardFacts facts)
    {
        var name = $"{AssayNames.Model(facts.Project, facts.Model, facts.Version)}\n{facts.Digest}";
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16);
        bytes[6] = (byte)(0x80 | (bytes[6] & 0x0f));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3f));
        return new Guid(bytes, bigEndian: true);
    }
}

using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Assay.Kernel;

namespace Assay.Registry;

/// <summary>The kinds of statements that Assay makes about models; docs/reference/attestations.md shows each.</summary>
public static class Predicates
{
    /// <summary>How a model was trained, from what, by what: SLSA provenance.</summary>
    public const string Provenance = "https://slsa.dev/provenance/v1";

    /// <summary>Which rules a dataset met when the model was registered: in-toto test result.</summary>
    public const string TestResult = "https://in-toto.io/attestation/test-result/v0.1";

    /// <summary>What a gate said, by which policy, knowing which statements: SLSA verification summary.</summary>
    public const string VerificationSummary = "https://slsa.dev/verification_summary/v1";

    /// <summary>A CycloneDX bill of materials.</summary>
    public const string BillOfMaterials = "https://cyclonedx.org/bom";

    /// <summary>How good a model was on rows that it had not seen. Assay's own.</summary>
    public const string Evaluation = Own + "evaluation/v1";

    /// <summary>What a scan of a model's files found. Assay's own.</summary>
    public const string Scan = Own + "scan/v1";

    /// <summary>That a person approved or rejected a model. Assay's own.</summary>
    public const string Approval = Own + "approval/v1";

    /// <summary>Who brought a version in: those who may not approve it. Assay's own.</summary>
    public const string Registration = Own + "registration/v1";

    /// <summary>That somebody went past the human rules in an emergency. Assay's own.</summary>
    public const string BreakGlass = Own + "break-glass/v1";

    /// <summary>That a person waived findings of a scan, refused to, or took a waiver back. Assay's own.</summary>
    public const string Waiver = Own + "waiver/v1";

    /// <summary>Who published a policy; about the policy's text, not about a model. Assay's own.</summary>
    public const string Policy = Own + "policy/v1";

    private const string Own = AssayNames.Base + "/attestation/";

    private static readonly JsonSerializerOptions Json = new(AssayJson.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new UtcTime() },
    };

    /// <summary>A predicate as JSON: camel case, what is null left out.</summary>
    public static JsonNode Write<T>(T content)
    {
        var node = JsonSerializer.SerializeToNode(content, Json)!;
        LeaveOutNulls(node);
        return node;
    }

    /// <summary>A digest as in-toto has it: the name of the algorithm and the digits.</summary>
    public static Dictionary<string, string> Sha256(string digest) => new() { ["sha256"] = Digest.Parse(digest).Hex };

    // The serializer's own setting looks at properties only, not at what stands in a dictionary.
    private static void LeaveOutNulls(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToList())
            {
                if (value is null)
                    members.Remove(name);
                else
                    LeaveOutNulls(value);
            }
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
                LeaveOutNulls(item);
        }
    }

    // in-toto allows times in UTC only, with a Z.
    private sealed class UtcTime : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
    }
}

/// <summary>A thing that a statement refers to (in-toto resource descriptor); at least one of address and digest is there.</summary>
/// <param name="Name">What it is called here.</param>
/// <param name="Uri">Its address.</param>
/// <param name="Digest">Its digests by algorithm; see <see cref="Predicates.Sha256"/>.</param>
public sealed record ResourceDescriptor(string? Name, string? Uri, IReadOnlyDictionary<string, string>? Digest = null);

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Kernel;

namespace Assay.Registry.Signatures;

/// <summary>An in-toto statement, version 1, about one thing that a SHA-256 names.</summary>
/// <param name="Name">What the subject is called; the digest alone says what it is.</param>
/// <param name="Subject">Digest of the subject.</param>
/// <param name="PredicateType">What kind of statement.</param>
/// <param name="Predicate">What is stated.</param>
internal sealed record Statement(string Name, Digest Subject, string PredicateType, JsonElement Predicate)
{
    private const string Type = "https://in-toto.io/Statement/v1";
    private const string Algorithm = "sha256";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The bytes to sign.</summary>
    public static byte[] Write(string name, Digest subject, string predicateType, JsonNode predicate) => JsonSerializer.SerializeToUtf8Bytes(
        new Dictionary<string, object>
        {
            ["_type"] = Type,
            ["subject"] = new[] { new { name, digest = new { sha256 = subject.Hex } } },
            ["predicateType"] = predicateType,
            ["predicate"] = predicate,
        },
        Json);

    /// <summary>Reads signed bytes.</summary>
    /// <param name="payload">What was signed.</param>
    /// <param name="document">What to call the document in a problem.</param>
    /// <exception cref="InvalidSignatureException">They are no statement about one thing.</exception>
    public static Statement Read(byte[] payload, string document)
    {
        try
        {
            var statement = JsonDocument.Parse(payload).RootElement;
            var predicateType = Text(statement.GetProperty("predicateType"));
            if (Text(statement.GetProperty("_type")) != Type)
                throw new InvalidSignatureException($"{document} holds no in-toto statement, version 1.");
            var subjects = statement.GetProperty("subject").EnumerateArray().ToList();
            if (subjects.Count != 1)
                throw new InvalidSignatureException($"{document} names {subjects.Count} subjects instead of one.");
            return new(
                Text(subjects[0].GetProperty("name")),
                Digest.Parse(Text(subjects[0].GetProperty("digest").GetProperty(Algorithm))),
                predicateType,
                statement.GetProperty("predicate"));
        }
        catch (Exception problem) when (problem is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidSignatureException($"{document} holds no in-toto statement ({problem.Message}).");
        }
    }

    private static string Text(JsonElement value) => value.GetString() ?? throw new JsonException("a text is null");
}

using System.Globalization;
using System.Text.Json;
using Assay.Inference.OpenInference.Grpc;
using Assay.Inference.Requests;

namespace Assay.Inference.Protocols;

/// <summary>
/// What a request to load or unload a model asks for beside its name: <c>version</c>, or in Triton's <c>config</c> a policy of
/// versions. Nothing else of it, such as <c>file:…</c>, can be done to a version that is registered and signed, and what can't
/// be done is refused rather than left out.
/// </summary>
internal static class RepositoryParameters
{
    private const string Version = "version";
    private const int ParametersField = 3;   // of the messages to load and to unload

    /// <summary>Reads the parameters of a body in JSON.</summary>
    /// <param name="body">The body.</param>
    /// <param name="hasChoice">Whether the host has a choice of versions.</param>
    /// <exception cref="InvalidInputException">It can't be read, or asks for what can't be done.</exception>
    public static VersionChoice? OfJson(ReadOnlyMemory<byte> body, bool hasChoice)
    {
        if (body.IsEmpty)
            return null;
        try
        {
            using var json = JsonDocument.Parse(body);
            VersionChoice? choice = null;
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("parameters", out var parameters) || parameters.ValueKind != JsonValueKind.Object)
                return null;
            foreach (var parameter in parameters.EnumerateObject())
            {
                if (parameter.Value.ValueKind is not (JsonValueKind.False or JsonValueKind.Null))   // clients send what they don't want, too
                    choice = Take(choice, parameter.Name, TextOf(parameter.Value), hasChoice);
            }

            return choice;
        }
        catch (JsonException problem)
        {
            throw new InvalidInputException($"The body is no JSON: {problem.Message} Send none, for the address names the model.");
        }
        catch (InvalidOperationException)   // half of a surrogate pair
        {
            throw InputErrors.NotText(null, null);
        }
    }

    /// <summary>Reads the parameters of a message of gRPC.</summary>
    /// <param name="message">The message.</param>
    /// <param name="hasChoice">Whether the host has a choice of versions.</param>
    /// <exception cref="InvalidInputException">It can't be read, or asks for what can't be done.</exception>
    public static VersionChoice? OfMessage(ReadOnlySpan<byte> message, bool hasChoice)
    {
        VersionChoice? choice = null;
        for (var fields = new WireReader(message); fields.Read();)
        {
            if (fields is { Field: ParametersField, IsDelimited: true })
                choice = TakeEntry(choice, fields.Bytes, hasChoice);
        }

        return choice;
    }

    /// <summary>What is said of a parameter that can't be followed.</summary>
    public static InvalidInputException Refused(string name) =>
        new($"The parameter '{name}' can't be followed: a model is served as its version was registered. Register what you want as a version, and leave the parameter out.");

    // An entry of a map: its key, and a choice of values, of which a truth value is the first, then a number and a text.
    private static VersionChoice? TakeEntry(VersionChoice? former, ReadOnlySpan<byte> entry, bool hasChoice)
    {
        var (name, text, isFalse) = ("", default(string), false);
        for (var fields = new WireReader(entry); fields.Read();)
        {
            if (fields.Field == 1)
                name = fields.Text();
            else if (fields.Field == 2)
                (text, isFalse) = ValueOf(fields.Bytes);
        }

        return isFalse ? former : Take(former, name, text, hasChoice);
    }

    private static (string? Text, bool IsFalse) ValueOf(ReadOnlySpan<byte> value)
    {
        var (text, isFalse) = (default(string), value.IsEmpty);
        for (var fields = new WireReader(value); fields.Read();)
        {
            isFalse = fields is { Field: 1, IsDelimited: false, Number: 0 };
            text = fields switch
            {
                { Field: 2, IsDelimited: false } => fields.Number.ToString(CultureInfo.InvariantCulture),
                { Field: 3, IsDelimited: true } => fields.Text(),
                _ => null,
            };
        }

        return (text, isFalse);
    }

    private static VersionChoice Take(VersionChoice? former, string name, string? text, bool hasChoice) => (name, text) switch
    {
        _ when !hasChoice => throw Refused(name),
        (Version or TritonConfig.Parameter, _) when former is not null => throw new InvalidInputException($"'{Version}' and '{TritonConfig.Parameter}' both choose versions. Leave one of them out."),
        (Version, { Length: > 0 }) => new(Version) { Named = [text] },
        (Version, _) => throw new InvalidInputException($"{Version}: it is no text or number. Send one version, such as \"3\", or leave it out."),
        (TritonConfig.Parameter, _) => TritonConfig.Read(text),
        _ => throw Refused(name),
    };

    /// <summary>A text or a number as a text; null for anything else.</summary>
    public static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };
}

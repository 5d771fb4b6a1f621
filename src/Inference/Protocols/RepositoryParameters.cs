using System.Text.Json;
using Assay.Inference.OpenInference.Grpc;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;

namespace Assay.Inference.Protocols;

/// <summary>
/// What a request to load or unload a model asks for beside its name, such as Triton's <c>config</c> and <c>file:…</c>. Nothing of
/// it can be done to a version that is registered and signed, and what can't be done is refused rather than left out.
/// </summary>
internal static class RepositoryParameters
{
    private const int NameField = 3;   // of the messages to load and to unload

    /// <summary>Refuses parameters of a body in JSON.</summary>
    /// <exception cref="InvalidInputException">There are some, or it can't be read.</exception>
    public static void RefuseJson(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
            return;
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("parameters", out var parameters) || parameters.ValueKind != JsonValueKind.Object)
                return;
            foreach (var parameter in parameters.EnumerateObject())
            {
                if (parameter.Value.ValueKind is not (JsonValueKind.False or JsonValueKind.Null))   // clients send what they don't want, too
                    throw Refused(parameter.Name);
            }
        }
        catch (JsonException problem)
        {
            throw new InvalidInputException($"The body is no JSON: {problem.Message} Send none, for the address names the model.");
        }
    }

    /// <summary>Refuses parameters of a message of gRPC.</summary>
    /// <exception cref="InvalidInputException">There are some, or it can't be read.</exception>
    public static void RefuseMessage(ReadOnlySpan<byte> message)
    {
        for (var fields = new WireReader(message); fields.Read();)
        {
            if (fields is { Field: NameField, IsDelimited: true })
                RefuseEntry(fields.Bytes);
        }
    }

    // An entry of a map: its key, and a choice of values, of which a truth value is the first.
    private static void RefuseEntry(ReadOnlySpan<byte> entry)
    {
        var (name, isFalse) = ("", false);
        for (var fields = new WireReader(entry); fields.Read();)
        {
            if (fields.Field == 1)
                name = fields.Text();
            else if (fields.Field == 2)
                isFalse = IsFalse(fields.Bytes);
        }

        if (!isFalse)
            throw Refused(name);
    }

    private static bool IsFalse(ReadOnlySpan<byte> value)
    {
        var isFalse = value.IsEmpty;
        for (var fields = new WireReader(value); fields.Read();)
            isFalse = fields is { Field: 1, IsDelimited: false, Number: 0 };
        return isFalse;
    }

    private static InvalidInputException Refused(string name) =>
        new($"The parameter '{name}' can't be followed: a model is served as its version was registered. Register what you want as a version, and leave the parameter out.");
}

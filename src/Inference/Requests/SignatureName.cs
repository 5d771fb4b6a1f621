using System.Text.Json;

namespace Assay.Inference.Requests;

/// <summary><c>signature_name</c>, by which TensorFlow Serving's clients may say which of a model's functions they ask. Models here have one.</summary>
internal static class SignatureName
{
    private const string Only = "serving_default";

    /// <summary>Name of the property.</summary>
    public static ReadOnlySpan<byte> Property => "signature_name"u8;

    /// <exception cref="InvalidInputException">The value, at which the reader stands, names another one.</exception>
    public static void Check(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null || (json.TokenType == JsonTokenType.String && (json.ValueTextEquals(Only) || json.ValueSpan.IsEmpty)))
            return;
        throw new InvalidInputException(json.TokenType == JsonTokenType.String
            ? $"The model has no signature '{InputErrors.Cut(json.ValueSpan)}'. Its only one is '{Only}': send that, or leave signature_name out."
            : $"signature_name is no text. Send '{Only}', or leave it out.");
    }
}

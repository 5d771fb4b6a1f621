using System.Text.Json;
using Assay.Inference.Requests;

namespace Assay.Inference.Tensors;

/// <summary>Where a body of the Open Inference Protocol stops being JSON: read once more, up to there, to name input and row.</summary>
internal ref struct OpenFault
{
    // Of the tokens within {"inputs":[{"name":…,"data":[…]}]}.
    private const int RootDepth = 1;
    private const int InputDepth = 2;
    private const int PropertyDepth = 3;

    private readonly List<long> _shape = [];
    private Utf8JsonReader _json;
    private bool _inInputs;
    private string _property = "";
    private string? _name;
    private TensorType _type = TensorType.Fp32;
    private int _elements;

    private OpenFault(ReadOnlySpan<byte> body) => _json = new(body);

    /// <summary>What is said of it.</summary>
    /// <param name="body">The JSON that is none.</param>
    /// <param name="problem">Why.</param>
    public static InvalidInputException Of(ReadOnlySpan<byte> body, JsonException problem)
    {
        var fault = new OpenFault(body);
        try
        {
            while (fault._json.Read())
                fault.Note();
        }
        catch (JsonException)   // the problem, met again
        {
        }

        var rest = body[(int)fault._json.BytesConsumed..];
        return fault is { _name: { } name, _property: "data" }
            ? new ElementPlace(name, fault._type, false, TensorBuilder.RowOf(fault._elements, fault._shape)).NotJson(problem, rest)
            : InputErrors.NotJson(problem, rest, null, null);
    }

    private void Note()
    {
        var (token, depth) = (_json.TokenType, _json.CurrentDepth);
        if (token == JsonTokenType.PropertyName && depth == RootDepth)
            _inInputs = _json.ValueTextEquals("inputs"u8);
        else if (!_inInputs)
            return;
        else if (depth == InputDepth && token is JsonTokenType.StartObject or JsonTokenType.EndObject)
            Begin();
        else if (depth == PropertyDepth && token == JsonTokenType.PropertyName)
            _property = InputErrors.Cut(_json.ValueSpan);
        else if (_property == "name" && token == JsonTokenType.String)
            _name = InputErrors.Cut(_json.ValueSpan);
        else if (_property == "datatype" && token == JsonTokenType.String)
            _type = TensorTypes.Find(_json.ValueSpan) ?? _type;
        else if (_property == "shape" && token == JsonTokenType.Number && _json.TryGetInt64(out var size))
            _shape.Add(size);
        else if (_property == "data" && token is not (JsonTokenType.StartArray or JsonTokenType.EndArray))
            _elements++;
    }

    private void Begin()
    {
        (_name, _property, _type, _elements) = (null, "", TensorType.Fp32, 0);
        _shape.Clear();
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.Processes;

/// <summary>What somebody else's model server answered.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="ContentType">Of the body; null when it was not said.</param>
/// <param name="Body">The whole body.</param>
public sealed record ServerAnswer(int Status, string? ContentType, byte[] Body)
{
    /// <summary>Bytes up to which a body is read; a longer one is an error of the server.</summary>
    public const int BodyBytesMax = 64 << 20;
}

/// <summary>Asks a model server in its own protocol, whether it is a process here or a machine elsewhere.</summary>
/// <param name="send">Sends one request and reads the whole answer, within limits of time and size.</param>
/// <param name="protocol">What the server speaks.</param>
/// <param name="model">What the model is called there.</param>
internal sealed class ModelClient(Func<HttpRequestMessage, CancellationToken, Task<ServerAnswer>> send, ModelProtocol protocol, string model)
{
    private const int ProblemLengthMax = 500;
    private const string Json = "application/json";

    public ModelProtocol Protocol => protocol;

    /// <summary>Whether it says that it can answer.</summary>
    public async Task<bool> IsReady(CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, protocol == ModelProtocol.Invocations ? "ping" : $"v2/models/{Uri.EscapeDataString(model)}/ready");
        return (await send(request, cancel)).Status is >= 200 and < 300;
    }

    /// <summary>The signature that it tells; null when it tells none.</summary>
    public async Task<ModelSignature?> Describe(CancellationToken cancel)
    {
        if (protocol == ModelProtocol.Invocations)
            return null;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"v2/models/{Uri.EscapeDataString(model)}");
        var answer = await send(request, cancel);
        return answer.Status == (int)HttpStatusCode.OK ? OpenTensors.ReadMetadata(answer.Body) : null;
    }

    /// <summary>Sends a body as it is, and gives the answer back as it is.</summary>
    /// <exception cref="InvalidInputException">The server refuses the body.</exception>
    /// <exception cref="ModelFailedException">The server failed.</exception>
    public async Task<ServerAnswer> Forward(ReadOnlyMemory<byte> body, string contentType, CancellationToken cancel)
    {
        using var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.TryParse(contentType, out var type) ? type : new(Json);
        using var request = new HttpRequestMessage(HttpMethod.Post, protocol == ModelProtocol.Invocations ? "invocations" : $"v2/models/{Uri.EscapeDataString(model)}/infer") { Content = content };
        var answer = await send(request, cancel);
        return answer.Status switch
        {
            >= 200 and < 300 => answer,
            >= 400 and < 500 => throw new InvalidInputException($"The model's server refuses the request: {Problem(answer)}"),
            _ => throw new ModelFailedException($"The model's server answered {answer.Status}: {Problem(answer)}"),
        };
    }

    /// <summary>Asks with tensors.</summary>
    /// <exception cref="InvalidInputException">They aren't what the signature asks for, or there is no such output.</exception>
    /// <exception cref="ModelFailedException">The server failed, or answered something else than it declares.</exception>
    public async Task<IReadOnlyList<NamedTensor>> Infer(
        IReadOnlyList<NamedTensor> inputs, IReadOnlyCollection<string>? outputs, ModelSignature signature, CancellationToken cancel)
    {
        if (signature.Inputs.Count > 0)
            Check(inputs, signature);
        var body = protocol == ModelProtocol.Invocations ? InvocationTensors.Write(inputs, signature) : OpenTensors.WriteRequest(inputs, outputs);
        var answer = await Forward(body, Json, cancel);
        var answered = Read(answer.Body, signature);
        AnswerCheck.Names(answered, outputs, signature);
        return outputs is null ? answered : [.. outputs.Select(name => answered.Find(output => output.Name == name) ?? throw TensorErrors.UnknownOutput(name, new([], [.. answered.Select(TensorSpec.Of)])))];
    }

    private List<NamedTensor> Read(byte[] body, ModelSignature signature)
    {
        try
        {
            return protocol == ModelProtocol.Invocations ? InvocationTensors.Read(body, signature) : OpenTensors.ReadAnswer(body);
        }
        catch (Exception problem) when (problem is JsonException or InvalidInputException or KeyNotFoundException or InvalidOperationException)   // rows of different names, or of none; half of a surrogate pair
        {
            throw new ModelFailedException("The model's server answered something that can't be read as tensors.", problem);
        }
    }

    /// <summary>Numbers in MLflow's JSON have no types, so any will do there.</summary>
    /// <exception cref="InvalidInputException">They aren't what the signature asks for.</exception>
    public void Check(IReadOnlyList<NamedTensor> inputs, ModelSignature signature)
    {
        TensorErrors.CheckNames(inputs, signature);
        foreach (var input in inputs)
        {
            var wanted = signature.Inputs.First(spec => spec.Name == input.Name);
            if (protocol == ModelProtocol.OpenInference || (input.Type == TensorType.Bytes) != (wanted.Datatype == TensorTypes.NameOf(TensorType.Bytes)))
                TensorErrors.CheckType(input, wanted);
            TensorErrors.CheckShape(input, wanted);
        }
    }

    // MLflow's servers say it as 'message', those of the Open Inference Protocol as 'error'.
    private static string Problem(ServerAnswer answer)
    {
        var text = System.Text.Encoding.UTF8.GetString(answer.Body.AsSpan(0, Math.Min(answer.Body.Length, 16 * ProblemLengthMax)));
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            foreach (var name in (string[])["message", "error", "detail"])
            {
                if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var said) && said.ValueKind == JsonValueKind.String)
                    text = said.GetString()!;
            }
        }
        catch (JsonException)
        {
            // Then it is said in plain text.
        }

        text = text.Trim();
        return text.Length == 0 ? "it says nothing more." : text.Length <= ProblemLengthMax ? text : text[..ProblemLengthMax] + "…";
    }
}

using System.Globalization;
using System.Text;
using Assay.Inference.Models;
using Assay.Inference.Tensors;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Assay.Inference.Processes;

/// <summary>How callers of a model outside this process speak to it.</summary>
internal enum ModelProtocol
{
    /// <summary>MLflow's <c>POST /invocations</c>, with <c>GET /ping</c> to see whether it is there.</summary>
    Invocations,

    /// <summary>The Open Inference Protocol, version 2, over REST.</summary>
    OpenInference,
}

/// <summary><c>serve.yaml</c> of a package: how a model that is no graph is served.</summary>
/// <param name="Command">The program that answers, word by word; null for one elsewhere.</param>
/// <param name="Url">Address of the server that answers; null for a program.</param>
/// <param name="Protocol">What it speaks.</param>
/// <param name="Model">What the model is called there.</param>
/// <param name="Signature">Its inputs and outputs; null where they are asked for or not known.</param>
internal sealed record ServeFile(IReadOnlyList<string>? Command, Uri? Url, ModelProtocol Protocol, string Model, ModelSignature? Signature)
{
    /// <summary>Rows that it takes at once where it answers each for itself; null where nobody says that it does.</summary>
    public int? BatchRowsMax { get; init; }

    public const string File = PackageFiles.Serve;
    private const int BytesMax = 1 << 20;
    private const int WordsMax = 100;
    private const int BatchRowsLimit = 1024;

    /// <summary>Null when the package has none.</summary>
    /// <exception cref="InvalidModelException">It can't be used; the message names the field.</exception>
    public static ServeFile? Of(ModelPackage package)
    {
        if (!package.Has(File))
            return null;
        var bytes = package.Read(File);
        if (bytes.Length > BytesMax)
            throw new InvalidModelException($"{File} is larger than 1 MiB.");
        try
        {
            var yaml = YamlText.Read(Encoding.UTF8.GetString(bytes));
            return Of(yaml.Documents is [{ RootNode: YamlMappingNode root }] ? root : throw new InvalidModelException($"{File} is not one mapping."), MLmodel.Of(package));
        }
        catch (YamlException problem)
        {
            throw new InvalidModelException($"{File} can't be read: {problem.Message}", problem);
        }
    }

    // Beside MLflow's description it may say some of it only.
    private static ServeFile Of(YamlMappingNode root, MLmodel? described)
    {
        string[] known = ["command", "url", "protocol", "model", "inputs", "outputs", "maxBatchSize"];
        if (root.Children.Keys.OfType<YamlScalarNode>().FirstOrDefault(key => !known.Contains(key.Value)) is { } unknown)
            throw new InvalidModelException($"{File} has '{unknown.Value}', which is not known; it has {string.Join(", ", known)}.");
        var (command, url) = (Words(root), Text(root, "url"));
        if (command is not null && url is not null || command is null && url is null && described?.StartsPython is not true)
            throw new InvalidModelException($"{File} needs 'command' or 'url', one of the two; neither is needed beside an {PackageFiles.MLmodel} of Python.");
        Uri? address = null;
        if (url is not null && (!Uri.TryCreate(url, UriKind.Absolute, out address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0))
            throw new InvalidModelException($"'url' in {File} is no address: write one that begins with https:// or http://, without a password.");
        var protocol = Protocolled(root);
        var told = url is null && protocol == ModelProtocol.Invocations ? described?.Signature : null;   // others are asked what they take
        var signature = Specs(root, "inputs") is { } inputs ? new(inputs, Specs(root, "outputs") ?? []) : told;
        return new(command, address, protocol, Text(root, "model") ?? "model", signature) { BatchRowsMax = BatchRows(root) };
    }

    private static int? BatchRows(YamlMappingNode root) => Text(root, "maxBatchSize") switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rows) && rows is > 1 and <= BatchRowsLimit => rows,
        var other => throw new InvalidModelException($"'maxBatchSize' in {File} is '{other}'; it is a number of rows from 2 to {BatchRowsLimit}."),
    };

    private static ModelProtocol Protocolled(YamlMappingNode root) => Text(root, "protocol") switch
    {
        null or "invocations" => ModelProtocol.Invocations,
        "open-inference" => ModelProtocol.OpenInference,
        var other => throw new InvalidModelException($"'protocol' in {File} is '{other}'; it is invocations or open-inference."),
    };

    private static List<string>? Words(YamlMappingNode root)
    {
        if (Child(root, "command") is not { } node)
            return null;
        return node is YamlSequenceNode { Children: { Count: > 0 and <= WordsMax } words } && words.All(word => word is YamlScalarNode { Value.Length: > 0 })
            ? [.. words.Select(word => ((YamlScalarNode)word).Value!)]
            : throw new InvalidModelException($"'command' in {File} is a list of words, such as [python3, server.py, --port, \"{{port}}\"].");
    }

    private static List<TensorSpec>? Specs(YamlMappingNode root, string side)
    {
        if (Child(root, side) is not { } node)
            return null;
        if (node is not YamlSequenceNode list)
            throw new InvalidModelException($"'{side}' in {File} is a list of {{name, datatype, shape}}.");
        return [.. list.Children.Select(item => Spec(item, side))];
    }

    private static TensorSpec Spec(YamlNode node, string side)
    {
        if (node is not YamlMappingNode item || Text(item, "name") is not { Length: > 0 } name)
            throw new InvalidModelException($"Each of '{side}' in {File} has a name.");
        if (Text(item, "datatype") is not { } datatype || TensorTypes.Find(datatype) is null)
            throw new InvalidModelException($"'{name}' in {side} of {File} has no datatype such as FP32, INT64 or BYTES.");
        long[] shape = Child(item, "shape") is YamlSequenceNode sizes
            ? [.. sizes.Children.Select(size => long.TryParse((size as YamlScalarNode)?.Value, out var number) && number >= -1
                ? number
                : throw new InvalidModelException($"The shape of '{name}' in {side} of {File} is a list of sizes, with -1 for any."))]
            : [];
        return new(name, datatype, shape);
    }

    private static YamlNode? Child(YamlMappingNode node, string name) => node.Children.TryGetValue(new YamlScalarNode(name), out var child) ? child : null;

    private static string? Text(YamlMappingNode node, string name) => (Child(node, name) as YamlScalarNode)?.Value;
}

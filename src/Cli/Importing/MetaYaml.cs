using System.Globalization;
using Assay.Inference.Models;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Assay.Cli.Importing;

/// <summary>A file <c>meta.yaml</c> of MLflow: a mapping of which only plain values are read, as text.</summary>
internal sealed class MetaYaml
{
    /// <summary>A dataset's description may have a profile of 16 MiB in it.</summary>
    private const long BytesMax = 32 << 20;

    private readonly YamlMappingNode _map;
    private readonly string _file;

    private MetaYaml(YamlMappingNode map, string file) => (_map, _file) = (map, file);

    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public static MetaYaml Read(string file)
    {
        if (new FileInfo(file).Length > BytesMax)
            throw new InvalidDataException($"{file} has more than {BytesMax >> 20} MiB: it is no meta.yaml of MLflow.");
        try
        {
            var yaml = YamlText.Read(File.ReadAllText(file));
            return yaml.Documents is [{ RootNode: YamlMappingNode map }] ? new(map, file) : throw new InvalidDataException($"{file} is no mapping.");
        }
        catch (YamlException malformed)
        {
            throw new InvalidDataException($"{file} can't be read: {malformed.Message}", malformed);
        }
    }

    /// <summary>A value as text; null when it is missing, null or no plain value.</summary>
    public string? Text(string key) => Value(_map, key);

    /// <exception cref="InvalidDataException">It is missing.</exception>
    public string Required(string key) => Text(key) ?? throw new InvalidDataException($"{_file} has no '{key}'.");

    /// <summary>A number, also one that is written as text; null when there is none.</summary>
    public long? Integer(string key) => long.TryParse(Text(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The plain values of a mapping inside.</summary>
    public Dictionary<string, string> Map(string key)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        if (_map.Children.TryGetValue(new YamlScalarNode(key), out var node) && node is YamlMappingNode inner)
        {
            foreach (var name in inner.Children.Keys.OfType<YamlScalarNode>().Select(name => name.Value).OfType<string>())
                found[name] = Value(inner, name) ?? "";
        }

        return found;
    }

    private static string? Value(YamlMappingNode map, string key) =>
        map.Children.TryGetValue(new YamlScalarNode(key), out var node) && node is YamlScalarNode { Value: { } value } scalar
        && !(scalar.Style == ScalarStyle.Plain && value is "null" or "~" or "")
            ? value
            : null;
}

using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Assay.Inference.Models;

/// <summary>
/// Reads YAML that a stranger wrote. The library reads what is nested, and compares keys, by calls of itself: a few thousand
/// brackets, or a key that holds itself, would end the whole process.
/// </summary>
public static class YamlText
{
    private const int DepthMax = 64;

    /// <exception cref="YamlException">It is none, is nested more than 64 deep, or has a key that is no text; the message says where.</exception>
    public static YamlStream Read(string text)
    {
        Check(new Parser(new StringReader(text)));
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream;
    }

    private static void Check(Parser parser)
    {
        var open = new Stack<Place>();
        while (parser.MoveNext())
        {
            switch (parser.Current)
            {
                case MappingEnd or SequenceEnd:
                    open.Pop();
                    continue;
                case { } node when node is NodeEvent or AnchorAlias:
                    if (open.TryPop(out var place))
                        open.Push(Next(place, node));
                    break;
            }

            if (parser.Current is MappingStart or SequenceStart)
            {
                if (open.Count == DepthMax)
                    throw new YamlException(parser.Current.Start, parser.Current.End, $"It is nested more than {DepthMax} deep.");
                open.Push(parser.Current is MappingStart ? Place.Key : Place.Item);
            }
        }
    }

    private static Place Next(Place place, ParsingEvent node) => place switch
    {
        Place.Key when node is not Scalar => throw new YamlException(node.Start, node.End, "A key is a text."),
        Place.Key => Place.Value,
        Place.Value => Place.Key,
        _ => place,
    };

    /// <summary>What comes next in a sequence or mapping that is open.</summary>
    private enum Place
    {
        Item,
        Key,
        Value,
    }
}

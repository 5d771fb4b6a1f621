using System.Globalization;

namespace Assay.Console.Pages.Endpoints.Tensors;

/// <summary>Which numbers a model has pixels as.</summary>
public enum PixelScale
{
    /// <summary>0 to 1.</summary>
    ZeroToOne,

    /// <summary>0 to 255.</summary>
    ZeroTo255,

    /// <summary>−1 to 1.</summary>
    MinusOneToOne,

    /// <summary>0 to 1, less the mean of ImageNet's channels and by their deviation, as models trained on it want.</summary>
    ImageNet,
}

/// <summary>A shape that holds the pixels of one picture.</summary>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Channels">1 for grey, 3 for red, green and blue, 4 with alpha.</param>
/// <param name="ChannelsFirst">Whether the channels come one after the other, or the pixels.</param>
/// <param name="IsFree">Whether the model takes pictures of any size.</param>
public sealed record PictureShape(int Height, int Width, int Channels, bool ChannelsFirst, bool IsFree)
{
    /// <summary>Longest side of a picture.</summary>
    public const int SizeMax = 1024;

    private const int SizeMin = 8;
    private const int UsualSize = 224;
    private const int BytesOfPixel = 4;
    private static readonly double[] Mean = [0.485, 0.456, 0.406];
    private static readonly double[] Deviation = [0.229, 0.224, 0.225];

    /// <summary>What a shape looks like: channels, height and width or height, width and channels, of one picture. Null for others.</summary>
    public static PictureShape? Of(IReadOnlyList<long> shape)
    {
        if (shape.Count is not (3 or 4) || (shape.Count == 4 && shape[0] is not (-1 or 1)))
            return null;
        var (a, b, c) = (shape[^3], shape[^2], shape[^1]);
        return IsChannels(a) && IsSide(b) && IsSide(c) ? new(Side(b), Side(c), (int)a, true, b < 0 || c < 0)
            : IsSide(a) && IsSide(b) && IsChannels(c) ? new(Side(a), Side(b), (int)c, false, a < 0 || b < 0)
            : null;
    }

    /// <summary>The shape of the request, with as many dimensions as the declared one.</summary>
    public IReadOnlyList<long> Sizes(int dimensions)
    {
        long[] sizes = ChannelsFirst ? [Channels, Height, Width] : [Height, Width, Channels];
        return dimensions == sizes.Length ? sizes : [1, .. sizes];
    }

    /// <summary>The elements in row-major order.</summary>
    /// <param name="pixels">Red, green, blue and alpha of each pixel, row by row.</param>
    /// <param name="scale">Which numbers they become.</param>
    public Func<int, string> Values(IReadOnlyList<byte> pixels, PixelScale scale) => place =>
    {
        var (pixel, channel) = ChannelsFirst ? (place % (Height * Width), place / (Height * Width)) : (place / Channels, place % Channels);
        var start = pixel * BytesOfPixel;
        var value = Channels == 1
            ? (0.299 * pixels[start]) + (0.587 * pixels[start + 1]) + (0.114 * pixels[start + 2])
            : pixels[start + channel];
        return scale switch
        {
            PixelScale.ZeroTo255 => Math.Round(value).ToString(CultureInfo.InvariantCulture),
            PixelScale.MinusOneToOne => Text((value / 127.5) - 1),
            PixelScale.ImageNet when channel < Mean.Length => Text(((value / 255) - Mean[channel]) / Deviation[channel]),
            _ => Text(value / 255),
        };
    };

    private static string Text(double value) => Math.Round(value, 5).ToString(CultureInfo.InvariantCulture);

    private static bool IsChannels(long size) => size is 1 or 3 or 4;

    private static bool IsSide(long size) => size is -1 or (>= SizeMin and <= SizeMax);

    private static int Side(long size) => size < 0 ? UsualSize : (int)size;
}

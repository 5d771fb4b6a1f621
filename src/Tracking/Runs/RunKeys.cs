namespace Assay.Tracking.Runs;

/// <summary>MLflow's rules for the keys of parameters, metrics and tags, so that whatever is kept here can be read by its clients.</summary>
internal static class RunKeys
{
    public const int LengthMax = 250;

    public static void Check(string key)
    {
        var allowed = key.Length is > 0 and <= LengthMax
            && key.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '-' or '.' or '/' or ' ' or ':')
            && key.Split('/').All(part => part is not ("" or "." or ".."));
        if (!allowed)
        {
            throw new ArgumentException(
                $"'{key}' can't be the name of a parameter, metric or tag: 1 to {LengthMax} letters, digits, spaces or _ - . : /, "
                + "written as a relative path.",
                nameof(key));
        }
    }

    public static string CheckValue(string key, string value, int lengthMax) => value.Length <= lengthMax
        ? value
        : throw new ArgumentException($"The value of '{key}' has {value.Length} characters; at most {lengthMax} are kept.", nameof(value));
}

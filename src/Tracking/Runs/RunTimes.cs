using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Runs;

/// <summary>Times of runs as clients send them.</summary>
internal static class RunTimes
{
    private const long Min = -62_135_596_800_000;   // the beginning of year 1, before which there is no time to show
    private const long Max = 253_402_300_799_999;   // the end of year 9999, past which there is none either

    /// <summary>Milliseconds since 1970; null when the field is absent.</summary>
    public static long? Read(MlflowFields fields, string name) => fields.Integer(name) is not { } time || time is >= Min and <= Max
        ? fields.Integer(name)
        : throw MlflowError.Value(name, fields.Shown(name), "It is a time in milliseconds since 1970, between the years 1 and 9999.");
}

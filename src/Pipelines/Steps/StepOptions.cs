using System.ComponentModel.DataAnnotations;

namespace Assay.Pipelines.Steps;

/// <summary>How heavy work is carried out: in processes of its own, so that none of it can take the server down.</summary>
internal sealed class StepOptions
{
    public const string Section = "Steps";

    /// <summary>Program and first arguments that <c>step train …</c> is appended to; empty: the program that runs the server.</summary>
    public string[] Command { get; init; } = [];

    /// <summary>Trainings at work at the same time in this process.</summary>
    [Range(1, 64)]
    public int Parallel { get; init; } = 1;

    /// <summary>Trainings that may wait or be at work in the whole installation; more are refused.</summary>
    [Range(1, 10_000)]
    public int QueueLengthMax { get; init; } = 100;

    /// <summary>Longest duration of one training; past it the process is killed and the training fails.</summary>
    [Range(1, 7 * 24 * 3600)]
    public int TimeoutSeconds { get; init; } = 3600;
}

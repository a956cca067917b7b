namespace Viaduct.Model.Running;

/// <summary>What a process of a scenario does, over memory that was prepared for it.</summary>
/// <param name="Main">All that it does.</param>
/// <param name="OnLoss">What another thread of it does when a peer died; null where nobody dies.</param>
/// <param name="OnMark">What another thread of it does when a peer was marked as dying.</param>
internal readonly record struct Course(Action Main, Action? OnLoss = null, Action? OnMark = null);

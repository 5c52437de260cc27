import { describe, expect, it } from "vitest";
import { FenceDraft } from "./draft.svelte";

const at = (latitude_deg: number) => ({ latitude_deg, longitude_deg: 11 });

describe("corners of a fence", () => {
  it("are drawn from those that are there, one after the other, and closed from the third on", () => {
    const draft = new FenceDraft();
    draft.add(at(48));
    expect([draft.drawing, draft.closed, draft.corners]).toEqual([false, true, null]);
    draft.begin([]);
    expect([draft.drawing, draft.closed]).toEqual([true, true]);
    draft.add(at(48));
    draft.add(at(49));
    expect(draft.closed).toBe(false);
    draft.add(at(50));
    expect(draft.closed).toBe(true);
    draft.remove(1);
    expect(draft.corners).toEqual([at(48), at(50)]);
    draft.end();
    expect(draft.drawing).toBe(false);
  });

  it("leave the fence in force alone until it is set", () => {
    const polygon = [at(1), at(2), at(3)];
    const draft = new FenceDraft();
    draft.begin(polygon);
    draft.remove(0);
    expect(polygon).toHaveLength(3);
  });
});
